import { describe, expect, it } from 'vitest'
import { placesOf, Typeahead } from '../src/debug/treeKeys'

const texts = ['alpha', 'beta', 'Bravo', 'bread', 'gamma']

describe('letters that are typed in a tree', () => {
  it('lead to the next row that begins with them', () => {
    const typeahead = new Typeahead()
    expect(typeahead.find('b', 0, texts, 0)).toBe(1)
    expect(typeahead.find('r', 100, texts, 1)).toBe(2)
    expect(typeahead.find('e', 200, texts, 2)).toBe(3)
    expect(typeahead.find('x', 300, texts, 3)).toBeUndefined()
  })

  it('lead on from row to row when one is typed again, and around the end', () => {
    const typeahead = new Typeahead()
    expect(typeahead.find('b', 0, texts, 1)).toBe(2)
    expect(typeahead.find('b', 100, texts, 2)).toBe(3)
    expect(typeahead.find('b', 200, texts, 3)).toBe(1)
  })

  it('begin a new word after a pause', () => {
    const typeahead = new Typeahead()
    typeahead.find('b', 0, texts, 0)
    expect(typeahead.find('g', 2000, texts, 1)).toBe(4)
  })
})

it('rows are told where they are among those beside them', () => {
  const levels = [1, 2, 3, 3, 2, 1, 2].map((level) => ({ level }))
  expect(placesOf(levels).map(({ place, of }) => `${place}/${of}`)).toEqual([
    '1/2',
    '1/2',
    '1/2',
    '2/2',
    '2/2',
    '2/2',
    '1/1',
  ])
})
