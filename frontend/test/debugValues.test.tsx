// @vitest-environment happy-dom
import { act, fireEvent, screen, within } from '@testing-library/react'
import { describe, expect, it, vi } from 'vitest'
import { CommandError } from '../src/collab/commands'
import { started, starting, stopped } from './debugging'
import { button, driving, eachInItsRoom, settled } from './panel'
import type { ScriptedRoom } from './scriptedRoom'

let room: ScriptedRoom
eachInItsRoom((made) => {
  room = made
})

const goneOn = (stop: number) => ({ type: 'debug.continued', run: 3, stop, by: 'p1' })
const said = (stop: number, variablesReference: number) => ({
  type: 'debug.output',
  run: 3,
  category: 'repl',
  output: '<Point>',
  by: 'p1',
  expression: 'point',
  valueType: 'Point',
  variablesReference,
  stop,
})
const point = [
  { name: 'x', value: '1', variablesReference: 0 },
  { name: 'next', value: '<Point>', variablesReference: 21 },
]
const value = () => within(screen.getAllByRole('tree', { name: 'Value of point' })[0] as HTMLElement)
const words = () =>
  value()
    .getAllByRole('treeitem')
    .map((row) => row.textContent)
const press = (row: HTMLElement, key: string, more: object = {}) => fireEvent.keyDown(row, { key, ...more })
const opens = (row: number) => press(value().getAllByRole('treeitem')[row] as HTMLElement, 'ArrowRight')

const shows = async (...variables: object[]) => {
  room.answers['debug.scopes'] = () => ({ scopes: [{ name: 'Locals', variablesReference: 10 }] })
  room.answers['debug.variables'] = () => ({ variables })
  room.tell(starting, started(), driving('p1'), stopped(1))
  await settled()
  await settled()
}
const row = (name: RegExp) => screen.getByRole('treeitem', { name })
const menu = (of: HTMLElement) => {
  fireEvent.contextMenu(of)
  return screen.getAllByRole('menuitem').map((item) => item.textContent?.trim())
}
const named = (name: string) => ({ name, value: '1', variablesReference: 0 })

describe('a value in the console', () => {
  it('is opened by each, and read once for all', async () => {
    room.answers['debug.variables'] = () => ({ variables: point })
    room.tell(starting, started(), driving('p1'), stopped(1), said(1, 20))
    opens(0)
    await settled()
    expect(words()).toEqual(['<Point>', 'x1', 'next<Point>'])
    const asked = room.commands('debug.variables').filter((one) => one.variablesReference === 20)
    expect(asked).toMatchObject([{ stop: 1 }])
  })

  it('shows what somebody else has opened without asking', async () => {
    const variables = { type: 'debug.variables', run: 3, stop: 1, variablesReference: 20, variables: point }
    room.tell(starting, started(), stopped(1), said(1, 20), { ...variables, start: 0, count: 0 })
    opens(0)
    await settled()
    expect(words()).toEqual(['<Point>', 'x1', 'next<Point>'])
    expect(room.commands('debug.variables').filter((one) => one.variablesReference === 20)).toEqual([])
  })

  it('keeps what was opened after the program has gone on, and says so of the rest', async () => {
    room.answers['debug.variables'] = () => ({ variables: point })
    room.answers['debug.evaluate'] = () => ({ result: '<Point>', variablesReference: 30 })
    room.tell(starting, started(), driving('p1'), stopped(1), said(1, 20))
    opens(0)
    await settled()
    room.tell(goneOn(1), stopped(2))
    await settled()
    const before = room.commands('debug.variables').length
    opens(2)
    await settled()
    expect(words()).toEqual(['<Point>', 'x1', 'next<Point>', 'The program has moved on.Evaluate again'])
    expect(room.commands('debug.variables')).toHaveLength(before)
    press(value().getAllByRole('treeitem')[3] as HTMLElement, 'Enter')
    expect(room.commands('debug.evaluate')).toMatchObject([{ expression: 'point', context: 'repl', stop: 2 }])

    room.tell({ type: 'debug.ended', run: 3, outcome: 'exited(0)' })
    expect(words()).toEqual(['<Point>', 'x1', 'next<Point>', 'The program has moved on.'])
  })

  it.each([
    ['invalid', 'no memory there'],
    ['conflict', 'the debugger is busy with an expression of Bob’s'],
  ])('says in its place why it could not be read (%s), and tries again', async (code, reason) => {
    room.answers['debug.variables'] = () => {
      throw new CommandError(code, reason)
    }
    room.tell(starting, started(), driving('p1'), stopped(1), said(1, 20))
    opens(0)
    await settled()
    expect(words()).toEqual(['<Point>', `${reason}Try again`])
    room.answers['debug.variables'] = () => ({ variables: point })
    press(value().getAllByRole('treeitem')[1] as HTMLElement, 'Enter')
    await settled()
    expect(words()).toEqual(['<Point>', 'x1', 'next<Point>'])
  })
})

const entryText = () => screen.getByTestId('console-entry').querySelector('pre')?.textContent

it('of a traceback the console shows what is wrong, and the whole when it is asked for', () => {
  const output = 'Traceback (most recent call last):\n  File "<string>", line 1\nNameError: no x\n'
  const told = { type: 'debug.output', run: 3, category: 'repl', by: 'p1', expression: 'x', failed: true }
  room.tell(starting, started(), stopped(1), { ...told, output })
  expect(entryText()).toBe('NameError: no x')
  fireEvent.click(button('Show whole'))
  expect(entryText()).toBe(output.trimEnd())
})

it('a frame that could not be read says why, and is read when asked again', async () => {
  room.answers['debug.scopes'] = () => {
    throw new CommandError('conflict', 'the debugger is busy')
  }
  room.tell(starting, started(), driving('p1'), stopped(1))
  await settled()
  expect(screen.getByRole('alert').textContent).toBe('the debugger is busy Try again')
  room.holds('x')
  fireEvent.click(button('Try again'))
  await settled()
  await settled()
  expect(screen.getByRole('treeitem', { name: /^x/ })).toBeTruthy()
  expect(screen.queryByRole('alert')).toBeNull()
})

describe('a variable', () => {
  it('has a menu of what can be done with it, by the key that opens menus', async () => {
    await shows({ name: 'x', value: '1', variablesReference: 0, evaluateName: 'x' })
    expect(menu(row(/^x/))).toEqual([
      'Copy the value Ctrl C',
      'Copy as expression',
      'Add to watches',
      'Set the value F2',
      'Show the whole value',
    ])
    act(() => screen.getByRole('menuitem', { name: 'Add to watches' }).click())
    await settled()
    expect(room.debug.watches.list()).toMatchObject([{ expression: 'x', by: 'p1' }])
    expect(document.activeElement).toBe(screen.getAllByRole('treeitem', { name: /^x/ })[0])
  })

  it('is copied by Ctrl C', async () => {
    const writeText = vi.fn().mockResolvedValue(undefined)
    vi.stubGlobal('navigator', { ...navigator, clipboard: { writeText } })
    await shows({ name: 'x', value: 'one\ntwo', variablesReference: 0 })
    press(row(/^x/), 'c', { ctrlKey: true })
    expect(writeText).toHaveBeenCalledWith('one\ntwo')
    vi.unstubAllGlobals()
  })

  it('that is long is cut, and shown whole when it is asked for', async () => {
    const long = 'abc'.repeat(1000)
    await shows({ name: 'x', value: long, variablesReference: 0 })
    expect(screen.getByTestId('variable-value').textContent).toHaveLength(301)
    fireEvent.click(button('Show whole'))
    expect(screen.getByLabelText('The whole value').textContent).toBe(long)
  })

  it('keeps what was typed when it could not be set', async () => {
    await shows({ name: 'x', value: '1', variablesReference: 0 })
    room.answers['debug.setVariable'] = () => {
      throw new CommandError('invalid', 'no such name')
    }
    press(row(/^x/), 'F2')
    const field = screen.getByRole('textbox', { name: 'Value of x' }) as HTMLInputElement
    fireEvent.change(field, { target: { value: 'nowhere' } })
    fireEvent.keyDown(field, { key: 'Enter' })
    await settled()
    expect(screen.getByRole('alert').textContent).toBe('no such name')
    expect(field.value).toBe('nowhere')
    expect(field.isConnected).toBe(true)
  })

  it('is found by its first letters, and told with its place', async () => {
    await shows(named('alpha'), named('beta'), named('bread'))
    press(row(/^Locals/), 'b')
    expect(document.activeElement).toBe(row(/^beta/))
    press(row(/^beta/), 'r')
    expect(document.activeElement).toBe(row(/^bread/))
    expect(row(/^bread/).getAttribute('aria-posinset')).toBe('3')
    expect(row(/^bread/).getAttribute('aria-setsize')).toBe('3')
    expect(row(/^bread/).getAttribute('aria-level')).toBe('2')
  })
})
