import { beforeEach, describe, expect, it } from 'vitest'
import * as Y from 'yjs'
import { textHash } from '../src/collab/textHash'
import { Workspace } from '../src/collab/workspace'
import { mapLines } from '../src/debug/lineMap'
import { RunningText } from '../src/debug/runningText'
import { runOf } from './room'

describe('a line of the text that runs', () => {
  const ran = 'a\nb\nc\nd'
  it.each([
    ['the same text', ran, [1, 2, 3, 4]],
    ['a line before', 'new\na\nb\nc\nd', [2, 3, 4, 5]],
    ['a line in between', 'a\nb\nnew\nc\nd', [1, 2, 4, 5]],
    ['a changed line', 'a\nb2\nc\nd', [1, 2, 3, 4]],
    ['a removed line', 'a\nc\nd', [1, 2, 2, 3]],
    ['the last line removed', 'a\nb\nc', [1, 2, 3, 3]],
    ['two changed lines and one more', 'a\nb2\nc2\nnew\nd', [1, 2, 3, 5]],
    ['everything removed', '', [1, 1, 1, 1]],
  ])('is found after %s', (_what, now, places) => {
    const map = mapLines(ran, now)
    expect([1, 2, 3, 4].map((line) => map.toNow(line))).toEqual(places)
  })

  it('is told from lines that are not as they ran', () => {
    const map = mapLines('a\nb\nc', 'new\na\nb2\nc')
    expect(map.changed).toEqual([1, 3])
    expect([1, 2, 3].map((line) => map.isKept(line))).toEqual([true, false, true])
  })

  it('keeps the order, and its words, through any edits', () => {
    for (let seed = 1; seed <= 200; seed += 1) {
      const pick = (n: number, below: number) =>
        Math.floor(Math.abs(Math.sin(seed * 31 + n * 17) * 1e4)) % below
      const before = Array.from({ length: 1 + pick(0, 12) }, (_, n) => 'abcd'[pick(n, 4)])
      const after = Array.from({ length: 1 + pick(99, 12) }, (_, n) => 'abcd'[pick(n + 50, 4)])
      const map = mapLines(before.join('\n'), after.join('\n'))
      const kept = before.flatMap((_, n) => (map.isKept(n + 1) ? [n + 1] : []))
      expect(kept.map((line) => after[map.toNow(line) - 1])).toEqual(kept.map((line) => before[line - 1]))
      expect(kept.map(map.toNow)).toEqual([...new Set(kept.map(map.toNow))].toSorted((a, b) => a - b))
      expect(map.changed.length + kept.length).toBe(after.length)
      expect(kept.length).toBe(longestShared(before, after))
    }
  })

  it('is found at once in a large text that was edited at both ends', () => {
    const lines = Array.from({ length: 20_000 }, (_, n) => `line ${n}`)
    const map = mapLines(lines.join('\n'), ['first', ...lines, 'last'].join('\n'))
    expect(map.toNow(10_000)).toBe(10_001)
  })
})

/** How many lines two texts have in common, in order; the plain way. */
function longestShared(before: unknown[], after: unknown[]): number {
  if (before.length === 0 || after.length === 0) return 0
  const [first, ...rest] = before
  const at = after.indexOf(first)
  const without = longestShared(rest, after)
  return at < 0 ? without : Math.max(without, 1 + longestShared(rest, after.slice(at + 1)))
}

describe('the text that runs, read back from the document', () => {
  let workspace: Workspace
  let file: string
  let text: Y.Text

  beforeEach(() => {
    workspace = new Workspace(new Y.Doc())
    file = workspace.create('main.py', 'one\ntwo\nthree\n')
    text = workspace.text(file) as Y.Text
    // What was typed and deleted before the run is no part of it.
    text.insert(4, 'never ran\n')
    text.delete(4, 'never ran\n'.length)
  })

  const runNow = () => ({
    ...runOf(1, 'running'),
    text_hash: textHash(workspace.texts()),
    state_vector: btoa(String.fromCharCode(...Y.encodeStateVector(workspace.doc))),
  })

  it('is exact for who was here at the start, whatever happens then', () => {
    const running = new RunningText(workspace, runNow())
    text.delete(0, 4)
    text.insert(0, 'zero\nhalf\n')
    expect(running.exact).toBe(true)
    expect(running.place('main.py', 2)).toEqual({ file, line: 3 })
  })

  it('is exact for a newcomer where nothing of it was deleted since', () => {
    const run = runNow()
    text.insert(0, 'zero\n')
    workspace.create('later.py', 'not part of it\n')
    const running = new RunningText(workspace, run)
    expect(running.exact).toBe(true)
    expect(running.place('main.py', 2)).toEqual({ file, line: 3 })
    expect(running.place('later.py', 1)).toBeUndefined()
  })

  it('is said not to be exact where it cannot be known', () => {
    const run = runNow()
    text.delete(4, 4)
    const running = new RunningText(workspace, run)
    expect(running.exact).toBe(false)
    expect(running.place('main.py', 1)).toEqual({ file, line: 1 })
  })

  it('is found by the path that the file had', () => {
    const running = new RunningText(workspace, runNow())
    workspace.rename(file, 'app.py')
    expect(running.place('main.py', 2)).toEqual({ file, line: 2 })
    expect(running.place('other.py', 1)).toBeUndefined()
  })
})
