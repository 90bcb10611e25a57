import { beforeEach, describe, expect, it } from 'vitest'
import * as Y from 'yjs'
import { Workspace } from '../src/collab/workspace'
import { Breakpoints } from '../src/debug/breakpoints'

const PROGRAM = 'def f(x):\n    y = x + 1\n    return y\n\nprint(f(1))\n'

let workspace: Workspace
let breakpoints: Breakpoints
let file: string
let text: Y.Text

beforeEach(() => {
  workspace = new Workspace(new Y.Doc())
  breakpoints = new Breakpoints(workspace)
  file = workspace.create('main.py', PROGRAM)
  text = workspace.text(file) as Y.Text
})

const lines = () => breakpoints.list().map(({ line }) => line)
const offsetOfLine = (line: number) =>
  text
    .toString()
    .split('\n')
    .slice(0, line - 1)
    .join('\n').length + (line > 1 ? 1 : 0)

/** Sends what one document has to the other, both ways. */
function exchange(a: Y.Doc, b: Y.Doc): void {
  Y.applyUpdate(b, Y.encodeStateAsUpdate(a, Y.encodeStateVector(b)))
  Y.applyUpdate(a, Y.encodeStateAsUpdate(b, Y.encodeStateVector(a)))
}

describe('a breakpoint', () => {
  it('is set and removed by the same act', () => {
    breakpoints.toggle(file, 2, 'ada')
    expect(breakpoints.list()).toMatchObject([{ file, line: 2, by: 'ada', enabled: true, condition: '' }])
    breakpoints.toggle(file, 2, 'bob')
    expect(breakpoints.list()).toEqual([])
  })

  it('is written as the contract says', () => {
    const id = breakpoints.add(file, 2, 'ada', { condition: 'x > 1' }) ?? ''
    const entry = workspace.doc.getMap<Y.Map<unknown>>('breakpoints').get(id)?.toJSON()
    expect(entry).toMatchObject({ file, by: 'ada', enabled: true, condition: 'x > 1' })
    expect(entry?.anchor).toMatchObject({ item: { client: workspace.doc.clientID }, assoc: 0 })
    expect(entry).not.toHaveProperty('logMessage')
  })

  it('is read where a client has written its anchor as text, and passed over where that is none', () => {
    const entries = workspace.doc.getMap<Y.Map<unknown>>('breakpoints')
    const write = (anchor: string) => entries.set(anchor, new Y.Map(Object.entries({ file, anchor })))
    write(JSON.stringify(Y.createRelativePositionFromTypeIndex(text, offsetOfLine(3), 0)))
    write('{')
    expect(lines()).toEqual([3])
  })

  it.each([
    ['lines before it', () => text.insert(0, 'import os\n\n'), 4],
    ['Enter at the beginning of its line', () => text.insert(offsetOfLine(2), '\n'), 3],
    ['new indentation', () => text.insert(offsetOfLine(2), '        '), 2],
    ['Enter at the end of the line before', () => text.insert(offsetOfLine(2) - 1, '\n    z = 0'), 3],
    ['text after it', () => text.insert(text.length, 'print(2)\n'), 2],
  ])('goes with its line through %s', (_what, edit, line) => {
    breakpoints.add(file, 2, 'ada')
    edit()
    expect(lines()).toEqual([line])
  })

  it('comes back to its line when the deletion of it is undone', () => {
    const undo = new Y.UndoManager(text)
    breakpoints.add(file, 3, 'ada')
    text.delete(offsetOfLine(2), offsetOfLine(4) - offsetOfLine(2))
    undo.undo()
    expect(text.toString()).toBe(PROGRAM)
    expect(lines()).toEqual([3])
  })

  it('stays when its file is renamed, and is no more when that is deleted', () => {
    breakpoints.add(file, 5, 'ada')
    workspace.rename(file, 'app/main.py')
    expect(lines()).toEqual([5])
    workspace.remove([file])
    expect(lines()).toEqual([])
  })

  it('comes back with its file when the deletion of that is undone', () => {
    breakpoints.add(file, 3, 'ada', { condition: 'y > 1' })
    const setAgain = breakpoints.keep([file])
    const restore = workspace.remove([file])
    restore()
    setAgain()
    expect(breakpoints.list()).toMatchObject([{ file, line: 3, by: 'ada', condition: 'y > 1' }])
    expect(workspace.doc.getMap('breakpoints').size).toBe(1)
  })

  it('keeps what was set of it, and loses what was emptied', () => {
    const id = breakpoints.add(file, 2, 'ada', { condition: 'x > 1', hitCondition: '3' }) ?? ''
    breakpoints.change(id, { condition: ' ', logMessage: 'x is {x}', enabled: false })
    expect(breakpoints.list()[0]).toMatchObject({
      condition: '',
      hitCondition: '3',
      logMessage: 'x is {x}',
      enabled: false,
    })
  })

  it('cannot be set below the last line', () => {
    expect(breakpoints.add(file, 99, 'ada')).toBeUndefined()
  })

  it('that nobody’s anchor can be read from is passed over', () => {
    const map = workspace.doc.getMap('breakpoints')
    map.set('a', 'nonsense')
    map.set('b', new Y.Map(Object.entries({ file, anchor: 'nonsense' })))
    map.set('c', new Y.Map(Object.entries({ file: 'gone', anchor: {} })))
    expect(breakpoints.list()).toEqual([])
  })
})

describe('several breakpoints', () => {
  it('of two people on one line are one, and are removed together', () => {
    const other = new Workspace(new Y.Doc())
    exchange(workspace.doc, other.doc)
    breakpoints.add(file, 2, 'ada')
    new Breakpoints(other).add(file, 2, 'bob')
    exchange(workspace.doc, other.doc)
    expect(lines()).toEqual([2])
    breakpoints.toggle(file, 2, 'ada')
    expect(workspace.doc.getMap('breakpoints').size).toBe(0)
  })

  it('stay on their lines, the same on both sides, whatever two people edit apart', () => {
    const random = seeded(7)
    for (let round = 0; round < 40; round += 1) {
      const sides = [new Workspace(new Y.Doc()), new Workspace(new Y.Doc())] as const
      const id = sides[0].create('main.py', Array.from({ length: 12 }, (_, n) => `  line ${n}`).join('\n'))
      exchange(sides[0].doc, sides[1].doc)
      const marked = [2, 5, 9]
      for (const line of marked) new Breakpoints(sides[0]).add(id, line, 'ada')
      exchange(sides[0].doc, sides[1].doc)
      for (let edit = 0; edit < 30; edit += 1) {
        const side = sides[random(2)] as Workspace
        insertAtSomeLine(side.text(id) as Y.Text, random)
        if (random(5) === 0) exchange(sides[0].doc, sides[1].doc)
      }
      exchange(sides[0].doc, sides[1].doc)
      const [ours, theirs] = sides.map((side) => new Breakpoints(side).list())
      expect(ours).toEqual(theirs)
      const content = (sides[0].text(id) as Y.Text).toString().split('\n')
      expect(ours?.map(({ line }) => content[line - 1]?.trim())).toEqual(marked.map((n) => `line ${n - 1}`))
    }
  })
})

/** Adds a line before or after one, or indents it; leaves the words alone. */
function insertAtSomeLine(shared: Y.Text, random: (below: number) => number): void {
  const content = shared.toString()
  const starts = [0, ...[...content.matchAll(/\n/g)].map(({ index }) => index + 1)]
  const at = starts[random(starts.length)] ?? 0
  shared.insert(at, random(2) ? '  ' : '# new\n')
}

/** A small generator, the same each time (mulberry32). */
function seeded(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below
  }
}
