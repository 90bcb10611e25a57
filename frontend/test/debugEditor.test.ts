import { describe, expect, it } from 'vitest'
import * as Y from 'yjs'
import { textHash } from '../src/collab/textHash'
import { Workspace } from '../src/collab/workspace'
import { breakpointWords } from '../src/debug/breakpointWords'
import { Breakpoints } from '../src/debug/breakpoints'
import { breakpointDecoration, shownBreakpoints } from '../src/debug/editor/breakpointMarks'
import { expressionAt, selectedExpression } from '../src/debug/editor/expressionAt'
import { inlineValues } from '../src/debug/editor/inlineValues'
import { RunningText } from '../src/debug/runningText'
import { runOf } from './room'

const variable = (name: string, value: string) => ({ name, value, variablesReference: 0 })

describe('values at line ends', () => {
  const python = [
    'class Shop:',
    '    def other(self, total):',
    '        return total',
    '',
    '    def sum(self, prices):',
    '        total = 0  # the total, at first',
    '        for price in prices:',
    '            if price > 0:',
    '                total += price',
    '        return total',
  ]
  const variables = [variable('total', '3'), variable('price', '5'), variable('prices', '[1,\n 2]')]

  it('stand beside the lines of the function that name them, up to where it stands', () => {
    expect(Object.fromEntries(inlineValues('main.py', python, 9, variables))).toEqual({
      5: 'prices = [1, 2]',
      6: 'total = 3',
      7: 'price = 5\u00a0\u00a0\u00a0prices = [1, 2]',
      8: 'price = 5',
      9: 'total = 3\u00a0\u00a0\u00a0price = 5',
    })
  })

  it('pass over words, remarks and members', () => {
    const lines = ['x = "total" + o.total # total', "y = 'price' // price"]
    expect([...inlineValues('main.py', lines, 2, variables)]).toEqual([])
  })

  it('find the head of a function in braces', () => {
    const c = ['int f(int n) { return n; }', 'int main(void)', '{', '    int n = 1;', '    return f(n);', '}']
    expect([...inlineValues('main.c', c, 5, [variable('n', '1')]).keys()]).toEqual([5, 4])
  })

  it.each([
    'ƒ add(a, b) { … }',
    'class Point { … }',
    '<function add at 0x7f>',
    "<module 'os'>",
    '<shop.Cart object at 0x7f>',
    '',
  ])('leave out what tells nothing: %s', (value) => {
    expect([...inlineValues('main.js', ['add'], 1, [variable('add', value)])]).toEqual([])
  })

  it('are cut where they are long', () => {
    const [words] = inlineValues('main.py', ['x'], 1, [variable('x', 'a'.repeat(100))]).values()
    expect(words).toBe(`x = ${'a'.repeat(39)}…`)
  })

  it('find a name however it is written, where the language does', () => {
    const named = [variable('TOTAL', '3')]
    expect([...inlineValues('main.pas', ['WriteLn(Total)'], 1, named).values()]).toEqual(['Total = 3'])
    expect([...inlineValues('main.c', ['f(Total);'], 1, named)]).toEqual([])
  })
})

describe('the expression under the mouse', () => {
  const line = 'total = shop.prices[0].sum + node->left.value'
  it.each([
    ['total', 2, 'total'],
    ['the object', 10, 'shop'],
    ['a member with its object', 15, 'shop.prices'],
    ['a member through a pointer', 36, 'node->left'],
    ['the last member', 42, 'node->left.value'],
    ['an element', 23, 'shop.prices[0]'],
    ['a member of an element', 26, 'shop.prices[0].sum'],
  ])('is %s', (_what, column, text) => {
    expect(expressionAt(line, column)?.text).toBe(text)
  })

  it.each([
    ['a[i + 1]', 3, 'i'],
    ['a[i + 1]', 8, 'a[i + 1]'],
    ["ages['Ada'].years", 14, "ages['Ada'].years"],
    ['grid[row][col]', 11, 'col'],
    ['grid[row][col]', 14, 'grid[row][col]'],
    ['grid[order[k]].x', 12, 'k'],
    ['std::size_t Point::origin.x', 22, 'Point::origin'],
    ['$this->items[0]', 2, '$this'],
    ['$this->items[0]', 9, '$this->items'],
    ['@name.size + @@count', 15, '@@count'],
    ['user?.name', 8, 'user?.name'],
    ['pair.0', 6, 'pair.0'],
    ['größe.länge', 8, 'größe.länge'],
  ])('of %s at column %i is %s', (text, column, found) => {
    expect(expressionAt(text, column)?.text).toBe(found)
  })

  it('never calls: what belongs to a call is nothing', () => {
    expect(expressionAt('load().size', 9)).toBeUndefined()
    expect(expressionAt('rows[next()].size', 15)).toBeUndefined()
    expect(expressionAt('rows[next()].size', 2)?.text).toBe('rows')
    expect(expressionAt('rows[at = 3].size', 2)?.text).toBe('rows')
  })

  it('is what is selected, if that neither calls nor assigns', () => {
    for (const text of ['a + b', ' a == b ', 'a[0] >= b', 'a !== b', "x['a b']"]) {
      expect(selectedExpression(text)).toBe(text.trim())
    }
    for (const text of ['f()', 'a = 1', 'a += 1', 'a++', 'a; b', 'delete a', 'one\ntwo', ' ']) {
      expect(selectedExpression(text)).toBeUndefined()
    }
  })

  it('is nothing beside a name', () => {
    expect(expressionAt('a = 1', 4)).toBeUndefined()
    expect(expressionAt('', 1)).toBeUndefined()
  })
})

describe('breakpoints in the gutter', () => {
  const workspace = new Workspace(new Y.Doc())
  const file = workspace.create('main.py', '# one\n# two\nx = 3\n')
  const breakpoints = new Breakpoints(workspace)
  const id = breakpoints.add(file, 2, 'ada', { condition: 'x_1 > 2' }) ?? ''
  const text = new RunningText(workspace, { ...runOf(1, 'running'), text_hash: textHash(workspace.texts()) })

  it('stand where the debugger has put them while it runs', () => {
    const [shown] = shownBreakpoints(breakpoints.list(), file, [{ id, verified: true, line: 3 }], text)
    expect(shown).toMatchObject({ line: 3, moved: true, breakpoint: { line: 2 } })
    const [before] = shownBreakpoints(breakpoints.list(), file, [], undefined)
    expect(before).toMatchObject({ line: 2, moved: false })
  })

  const decorate = (verified: boolean, enabled = true) => {
    const list = breakpoints.list().map((one) => ({ ...one, enabled }))
    const [shown] = shownBreakpoints(list, file, [{ id, verified, message: 'no code here' }], text)
    if (!shown) throw new Error('not shown')
    return breakpointDecoration(shown, 'Ada').options
  }

  it('tell by their marks and words what they are', () => {
    expect(decorate(true).glyphMarginClassName).toBe('bp bp-conditional')
    expect(decorate(false).glyphMarginClassName).toBe('bp bp-conditional bp-unverified')
    expect(decorate(true, false).glyphMarginClassName).toBe('bp bp-conditional bp-off')
    expect(decorate(false).glyphMarginHoverMessage).toEqual([
      { value: 'Breakpoint' },
      { value: 'If x\\_1 \\> 2' },
      { value: 'Set by Ada' },
      { value: 'no code here' },
    ])
  })

  it('are called log points where they write', () => {
    const [one] = breakpoints.list()
    if (!one) throw new Error('no breakpoint')
    const log = { ...one, condition: '', logMessage: 'x is {x}', enabled: false }
    expect(breakpointWords(log, undefined, undefined)).toEqual(['Log point, disabled', 'Writes x is {x}'])
  })
})
