import { describe, expect, it } from 'vitest'
import { closeFile, createView, keepOpenFiles, openFile } from '../src/app/viewState'

describe('the open files', () => {
  it('begin with the one that Run runs', () => {
    const view = createView()
    keepOpenFiles(view, [], undefined)
    expect(view.getState().active).toBeNull()
    keepOpenFiles(view, ['a', 'b'], 'b')
    expect(view.getState()).toMatchObject({ tabs: ['b'], active: 'b' })
  })

  it('stay closed when a person has closed them', () => {
    const view = createView()
    keepOpenFiles(view, ['a'], 'a')
    closeFile(view, 'a')
    keepOpenFiles(view, ['a', 'b'], 'b')
    expect(view.getState()).toMatchObject({ tabs: [], active: null })
  })

  it('lose those that are gone, and keep a neighbour in front', () => {
    const view = createView()
    for (const id of ['a', 'b', 'c']) openFile(view, id)
    openFile(view, 'b')
    keepOpenFiles(view, ['a', 'c'], 'a')
    expect(view.getState()).toMatchObject({ tabs: ['a', 'c'], active: 'c' })
  })
})
