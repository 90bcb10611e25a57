import { describe, expect, it } from 'vitest'
import { scopeRows, type Known } from '../src/debug/variableRows'

const locals = { name: 'Locals', variablesReference: 10 }
const registers = { name: 'Registers', variablesReference: 11, expensive: true }
const variable = (name: string, value: string, variablesReference = 0, more: object = {}) => ({
  name,
  value,
  variablesReference,
  ...more,
})
const known = (more: Partial<Known> = {}): Known => ({
  variables: {},
  expanded: new Map(),
  ...more,
})
const hinted = (name: string, variablesReference: number) => ({
  name,
  variablesReference,
  presentationHint: 'locals',
})
const names = (rows: ReturnType<typeof scopeRows>) =>
  rows.map(({ level, name }) => `${' '.repeat(level)}${name}`)

/** Of a variable that the debugger tells of so, and of what is inside. */
const expressions = (named: object) => {
  const inside = [variable('x', '1'), variable('0', '2'), variable('special variables', '')]
  const variables = { 10: [variable('p', '{…}', 20, named)], 20: inside }
  const expanded = new Map([['f/Locals/p', true]])
  return scopeRows([locals], 'f', known({ variables, expanded })).map(({ expression }) => expression)
}

describe('the tree of variables', () => {
  it('opens the first scope by itself, but none that is dear', () => {
    expect(names(scopeRows([registers, locals], 'f', known()))).toEqual([' Registers', ' Locals', '  …'])
  })

  it('leaves closed what js-debug calls local and is around the function', () => {
    const scopes = [hinted('Block: main', 1), hinted('Local: main', 2), hinted('Closure (main)', 3)]
    expect(names(scopeRows([...scopes, hinted('Module', 4)], 'f', known()))).toEqual([
      ' Block: main',
      '  …',
      ' Local: main',
      '  …',
      ' Closure (main)',
      ' Module',
    ])
  })

  it('opens arguments and locals, where the debugger tells them apart', () => {
    const scopes = [
      { name: 'Arguments', variablesReference: 12, presentationHint: 'arguments' },
      { ...registers, expensive: false },
      { ...locals, presentationHint: 'locals' },
    ]
    expect(names(scopeRows(scopes, 'f', known()))).toEqual([
      ' Arguments',
      '  …',
      ' Registers',
      ' Locals',
      '  …',
    ])
  })

  it('shows what is in a branch once it is open and read', () => {
    const variables = { 10: [variable('a', '[1]', 20), variable('b', '2')], 20: [variable('0', '1')] }
    expect(names(scopeRows([locals], 'f', known({ variables })))).toEqual([' Locals', '  a', '  b'])
    const expanded = new Map([['f/Locals/a', true]])
    const rows = scopeRows([locals], 'f', known({ variables, expanded }))
    expect(names(rows)).toEqual([' Locals', '  a', '   0', '  b'])
    expect(rows.map(({ container }) => container)).toEqual([0, 10, 20, 10])
  })

  it('keeps closed what was closed', () => {
    const expanded = new Map([['f/Locals', false]])
    expect(names(scopeRows([locals], 'f', known({ expanded })))).toEqual([' Locals'])
  })

  it('reads a long list a page at a time', () => {
    const variables = { 10: [variable('big', 'list', 20, { indexedVariables: 250 })] }
    const expanded = new Map([
      ['f/Locals/big', true],
      ['f/Locals/big/[100]', true],
    ])
    const waiting = scopeRows([locals], 'f', known({ variables, expanded }))
    expect(names(waiting)).toEqual([' Locals', '  big', '   [0…99]', '   [100…199]', '    …', '   [200…249]'])
    expect(waiting.find(({ kind }) => kind === 'loading')).toMatchObject({
      reference: 20,
      part: { start: 100, count: 100 },
    })
    const page = { '20@100+100': [variable('100', 'x'), variable('[[Prototype]]', 'Object', 9)] }
    const read = scopeRows([locals], 'f', known({ variables: { ...variables, ...page }, expanded }))
    expect(names(read).slice(4)).toEqual(['    100', '   [200…249]'])
  })

  it('asks for middling lists by their count, and shows them in one piece', () => {
    const list = variable('list', 'list', 20, { indexedVariables: 80, namedVariables: 1 })
    const expanded = new Map([['f/Locals/list', true]])
    const waiting = scopeRows([locals], 'f', known({ variables: { 10: [list] }, expanded }))
    expect(waiting.slice(2).map(({ part }) => part)).toEqual([{ start: 0, count: 80 }, 'named'])
    const variables = {
      10: [list],
      '20@0+80': [variable('[0]', '7'), variable('size', '80')],
      '20@named': [variable('size', '80')],
    }
    const read = scopeRows([locals], 'f', known({ variables, expanded }))
    expect(names(read).slice(2)).toEqual(['   [0]', '   size'])
  })

  it('shows what a long list has beside its elements after them', () => {
    const big = variable('big', 'list', 20, { indexedVariables: 250, namedVariables: 1 })
    const expanded = new Map([['f/Locals/big', true]])
    const waiting = scopeRows([locals], 'f', known({ variables: { 10: [big] }, expanded }))
    expect(waiting.at(-1)).toMatchObject({ kind: 'loading', reference: 20, part: 'named' })
    const variables = { 10: [big], '20@named': [variable('length', '250')] }
    const read = scopeRows([locals], 'f', known({ variables, expanded }))
    expect(names(read).slice(-2)).toEqual(['   [200…249]', '   length'])
  })

  it('keeps each level of a huge list short', () => {
    const variables = { 10: [variable('big', 'list', 20, { indexedVariables: 100_000 })] }
    const open = (...paths: string[]) =>
      known({ variables, expanded: new Map(paths.map((path) => [path, true])) })
    const ranges = scopeRows([locals], 'f', open('f/Locals/big'))
    expect(ranges).toHaveLength(12)
    expect(names(ranges).slice(2, 4)).toEqual(['   [0…9999]', '   [10000…19999]'])
    const inner = scopeRows([locals], 'f', open('f/Locals/big', 'f/Locals/big/[90000]'))
    expect(inner).toHaveLength(112)
    expect(inner.at(-1)?.name).toBe('[99900…99999]')
    const last = open('f/Locals/big', 'f/Locals/big/[90000]', 'f/Locals/big/[90000]/[99900]')
    expect(scopeRows([locals], 'f', last).at(-1)).toMatchObject({ part: { start: 99_900, count: 100 } })
  })

  it('shows many names that were read together in ranges', () => {
    const read = Array.from({ length: 1250 }, (_, at) => variable(`k${at}`, `${at}`))
    const variables = { 10: [variable('map', '{…}', 20)], 20: read }
    const expanded = new Map([
      ['f/Locals/map', true],
      ['f/Locals/map/[1200]', true],
    ])
    const rows = scopeRows([locals], 'f', known({ variables, expanded }))
    expect(names(rows).slice(2, 4)).toEqual(['   k0 … k99', '   k100 … k199'])
    expect(rows).toHaveLength(2 + 13 + 50)
    expect(rows.at(-1)).toMatchObject({ name: 'k1249', container: 20, level: 4 })
  })

  it('tells in its place why something could not be read', () => {
    const variables = { 10: [variable('a', '[1]', 20)] }
    const expanded = new Map([['f/Locals/a', true]])
    const unread = new Map([['20', 'no memory there']])
    const rows = scopeRows([locals], 'f', known({ variables, expanded, unread }))
    expect(rows.at(-1)).toMatchObject({ kind: 'unread', value: 'no memory there', reference: 20 })
  })

  it('makes expressions of names where the debugger gives none', () => {
    expect(expressions({})).toEqual([undefined, 'p', 'p.x', 'p[0]', undefined])
    expect(expressions({ evaluateName: '$p' })).toEqual([undefined, '$p', '$p.x', '$p[0]', undefined])
  })

  it('tells two of one name apart', () => {
    const variables = { 10: [variable('i', '1'), variable('i', '2')] }
    const rows = scopeRows([locals], 'f', known({ variables }))
    expect(new Set(rows.map(({ path }) => path)).size).toBe(3)
  })
})
