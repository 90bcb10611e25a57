import { beforeEach, describe, expect, it } from 'vitest'
import * as Y from 'yjs'
import { Workspace } from '../src/collab/workspace'
import { Breakpoints } from '../src/debug/breakpoints'
import { FunctionBreakpoints } from '../src/debug/functionBreakpoints'

let workspace: Workspace
let functions: FunctionBreakpoints

beforeEach(() => {
  workspace = new Workspace(new Y.Doc())
  functions = new FunctionBreakpoints(workspace.doc)
})

const first = () => functions.list()[0]?.id ?? ''
const entries = () => workspace.doc.getMap<Y.Map<unknown>>('breakpoints').toJSON()

describe('a breakpoint at a function', () => {
  it('is written as the contract says', () => {
    functions.add('  Point::add ', 'ada')
    const id = first()
    functions.change(id, { condition: 'x > 1', hitCondition: '' })
    expect(entries()).toEqual({
      [id]: { function: 'Point::add', by: 'ada', enabled: true, condition: 'x > 1' },
    })
  })

  it('is one for each name: the same again is enabled', () => {
    functions.add('add', 'ada')
    const id = first()
    functions.change(id, { enabled: false })
    functions.add('add', 'bob')
    functions.add('   ', 'bob')
    expect(functions.list()).toMatchObject([{ id, function: 'add', by: 'ada', enabled: true }])
  })

  it('keeps its name when an empty one is given', () => {
    functions.add('add', 'ada')
    const id = first()
    functions.change(id, { function: ' ', condition: 'b' })
    functions.change('none', { function: 'x' })
    expect(functions.list()).toMatchObject([{ function: 'add', condition: 'b' }])
    functions.change(id, { function: 'sub', condition: '' })
    expect(functions.list()).toMatchObject([{ function: 'sub', condition: '' }])
  })

  it('stands beside those on lines, and beside what is neither', () => {
    const breakpoints = new Breakpoints(workspace)
    const file = workspace.create('main.py', 'one\ntwo\n')
    breakpoints.add(file, 2, 'ada')
    functions.add('two', 'ada')
    functions.add('one', 'ada')
    const map = workspace.doc.getMap<unknown>('breakpoints')
    map.set('strange', 1)
    map.set('empty', new Y.Map())
    map.set('both', new Y.Map(Object.entries({ file, function: 'three' })))
    expect(functions.list().map((one) => one.function)).toEqual(['one', 'two'])
    expect(breakpoints.list()).toMatchObject([{ line: 2 }])
    for (const { id } of functions.list()) functions.remove(id)
    expect(functions.list()).toEqual([])
    expect(breakpoints.list()).toHaveLength(1)
  })

  it('tells of changes', () => {
    let calls = 0
    const stop = functions.observe(() => (calls += 1))
    functions.add('add', 'ada')
    functions.change(first(), { enabled: false })
    stop()
    functions.add('sub', 'ada')
    expect(calls).toBe(2)
  })
})
