import { describe, expect, it } from 'vitest'
import { completed, offersFor } from '../src/debug/completions'

const labels = (typed: string, ...targets: object[]) =>
  offersFor(typed, targets as Parameters<typeof offersFor>[1]).map(({ label }) => label)

describe('what the console offers', () => {
  it('goes on from the word before the cursor, whatever else the debugger answers', () => {
    const all = [
      { label: 'Storage' },
      { label: 'total' },
      { label: 'Total' },
      { label: 'to' },
      { label: 'x' },
    ]
    expect(labels('a + to', ...all)).toEqual(['total', 'Total'])
    expect(labels('point.', { label: 'x' }, { label: 'items' })).toEqual(['x', 'items'])
  })

  it('is in the debugger’s order, each once and no more than can be read', () => {
    const many = Array.from({ length: 20 }, (_, index) => ({ label: `a${index}` }))
    expect(labels('a', ...many, ...many)).toHaveLength(8)
    const sorted = [
      { label: 'after', sortText: '2' },
      { label: 'all', sortText: '1' },
    ]
    expect(labels('a', ...sorted)).toEqual(['all', 'after'])
  })

  it('may replace more than a word, where the debugger says so', () => {
    const offer = { label: 'total', text: 'self.total', start: 4, length: 2 }
    expect(offersFor('len(se', [offer])).toEqual([offer])
    expect(completed('len(se)', 6, offer)).toBe('len(self.total)')
  })

  it('takes the place of the word before the cursor', () => {
    expect(completed('len(cou)', 7, { label: 'counts' })).toBe('len(counts)')
    expect(completed('größ', 4, { label: 'größe' })).toBe('größe')
  })
})
