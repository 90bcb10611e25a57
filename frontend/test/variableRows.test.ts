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
  pages: {},
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
      page: { start: 100, count: 100 },
    })
    const pages = { '20@100': [variable('100', 'x')] }
    const read = scopeRows([locals], 'f', known({ variables, expanded, pages }))
    expect(names(read)).toContain('    100')
  })

  it('tells two of one name apart', () => {
    const variables = { 10: [variable('i', '1'), variable('i', '2')] }
    const rows = scopeRows([locals], 'f', known({ variables }))
    expect(new Set(rows.map(({ path }) => path)).size).toBe(3)
  })
})
