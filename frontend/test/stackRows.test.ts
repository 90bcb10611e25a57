import { describe, expect, it } from 'vitest'
import type { Frame, Stop } from '../src/debug/protocol'
import { stackRows } from '../src/debug/stackRows'

const own = (id: number): Frame => ({ id, name: `own${id}`, file: 'main.js', line: id })
const outside = (id: number): Frame => ({ id, name: `node${id}`, file: null, line: 0 })
const stop = (frames: Frame[], more: Partial<Stop> = {}): Stop => ({
  stop: 1,
  reason: 'step',
  threadId: 7,
  frameId: frames[0]?.id ?? null,
  file: null,
  line: null,
  frames,
  threads: [{ id: 7, name: 'main' }],
  ...more,
})
const nothing = { frames: {}, expanded: new Map<string, boolean>() }
const words = (rows: ReturnType<typeof stackRows>) =>
  rows.map((row) => `${' '.repeat(row.level - 1)}${row.words}`)

describe('the call stack', () => {
  const mixed = stop([own(1), outside(2), own(3), outside(4), outside(5), outside(6)])

  it('has several frames outside of the room’s files as one row, which opens', () => {
    expect(words(stackRows(mixed, nothing))).toEqual([
      'own1',
      'node2',
      'own3',
      '3 frames outside of the room’s files',
    ])
    const path = stackRows(mixed, nothing).at(-1)?.path ?? ''
    expect(words(stackRows(mixed, { ...nothing, expanded: new Map([[path, true]]) }))).toEqual([
      'own1',
      'node2',
      'own3',
      '3 frames outside of the room’s files',
      ' node4',
      ' node5',
      ' node6',
    ])
  })

  it('shows them all where none is the room’s', () => {
    expect(words(stackRows(stop([outside(1), outside(2)]), nothing))).toEqual(['node1', 'node2'])
  })

  it('opens the thread that stopped, and others as they are read', () => {
    const threads = [
      { id: 7, name: '* [Go 1] main.main' },
      { id: 8, name: '' },
    ]
    const two = stop([own(1)], { threads })
    expect(words(stackRows(two, nothing))).toEqual(['[Go 1] main.main', ' own1', 'Thread 8'])
    const read = { 8: { list: [own(9)], more: false } }
    const open = { frames: read, expanded: new Map([['thread 8', true]]) }
    expect(words(stackRows(two, open))).toEqual(['[Go 1] main.main', ' own1', 'Thread 8', ' own9'])
  })

  it('says that there are more, until they are read', () => {
    const told = Array.from({ length: 50 }, (_, index) => own(index))
    const deep = stop(told, { totalFrames: 51 })
    expect(words(stackRows(deep, nothing)).slice(49)).toEqual(['own49', 'Show more frames'])
    const read = { 7: { list: [...told, own(50)], more: false } }
    expect(words(stackRows(deep, { ...nothing, frames: read })).slice(49)).toEqual(['own49', 'own50'])
  })

  it('believes no debugger that counts more than it shows', () => {
    expect(words(stackRows(stop([own(1)], { totalFrames: 3 }), nothing))).toEqual(['own1'])
  })
})
