// @vitest-environment happy-dom
import { act, cleanup, fireEvent, screen, within } from '@testing-library/react'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { CommandError } from '../src/collab/commands'
import { toasts } from '../src/ui/toasts'
import { started, starting, stopped } from './debugging'
import { free, runOf } from './room'
import { ScriptedRoom } from './scriptedRoom'

const FAKED = [
  'setTimeout',
  'clearTimeout',
  'setInterval',
  'clearInterval',
  'requestAnimationFrame',
  'cancelAnimationFrame',
  'Date',
] as const
const blank = {
  capabilities: {},
  exceptions: { filters: [], chosen: [] },
  breakpoints: [],
  console: [],
  deadline: null,
}
const driving = (debug: string | null) => ({ type: 'control.changed', control: { ...free, debug } })
const continued = (stop: number) => ({ type: 'debug.continued', run: 3, stop, by: 'p1' })
const settled = () => act(async () => void (await vi.advanceTimersByTimeAsync(0)))
const button = (name: string) => screen.getByRole('button', { name })
const isOff = (name: string) => button(name).getAttribute('aria-disabled') === 'true'
const changed = () => screen.getByTestId('variable-value').getAttribute('data-changed')
const state = () => screen.getByTestId('debug-state').getAttribute('data-state')

let room: ScriptedRoom

beforeEach(() => {
  vi.stubGlobal('matchMedia', () => ({
    matches: false,
    addEventListener: vi.fn(),
    removeEventListener: vi.fn(),
  }))
  vi.useFakeTimers({ toFake: [...FAKED] })
  room = new ScriptedRoom()
})
afterEach(() => {
  cleanup()
  vi.useRealTimers()
  toasts.setState({ list: [] })
})

describe('the debugger at a stop', () => {
  it('shows the stack and what the frame holds, and tells where it stands', async () => {
    room.holds('x', 'y')
    room.tell(starting, started(), driving('p1'), stopped(1))
    await settled()
    const stack = within(screen.getByRole('tree', { name: 'Call stack' }))
    expect(stack.getAllByRole('treeitem').map((row) => row.textContent)).toEqual([
      'innermain.py:2',
      '<module>main.py:5',
      'runpyoutside',
    ])
    await settled()
    const variables = within(screen.getByRole('tree', { name: 'Variables' }))
    expect(variables.getAllByRole('treeitem').map((row) => row.textContent)).toEqual([
      'Locals',
      'xx-value',
      'yy-value',
    ])
    expect(screen.getByTestId('debug-status').textContent).toBe('Stopped at main.py line 2, breakpoint')
    expect(room.view.getState()).toMatchObject({ active: room.file, reveal: { file: room.file } })
  })

  it('asks the server for nothing that the room has read', async () => {
    const { type: _type, ...stop } = stopped(1)
    const debug = {
      ...stop,
      state: 'stopped',
      by: 'p1',
      ...blank,
      scopes: { 1: [{ name: 'Locals', variablesReference: 10 }] },
      variables: { 10: [{ name: 'x', value: '1', variablesReference: 0 }] },
    }
    const { you, room: info, participants, permissions, runs, control, runtimes } = room.state.getState()
    const hello = { you, room: info, participants, permissions, runs, control, runtimes, generation: 'first' }
    room.tell({ type: 'hello', ...hello, debug })
    await settled()
    expect(screen.getByRole('treeitem', { name: /^x/ }).textContent).toBe('x1')
    expect(room.sent).toEqual([])
  })

  it('marks the values that have changed since the last stop', async () => {
    const values = (value: string) => {
      room.answers['debug.scopes'] = () => ({ scopes: [{ name: 'Locals', variablesReference: 10 }] })
      room.answers['debug.variables'] = () => ({ variables: [{ name: 'x', value, variablesReference: 0 }] })
    }
    values('1')
    room.tell(starting, started(), stopped(1))
    await settled()
    await settled()
    expect(changed()).toBeNull()
    values('2')
    room.tell(continued(1), stopped(2))
    await settled()
    await settled()
    expect(changed()).toBe('true')
  })

  it('sets a variable, and says what the program’s debugger answers', async () => {
    room.holds('x')
    room.answers['debug.setVariable'] = () => {
      throw new CommandError('invalid', 'name "z" is not defined')
    }
    room.tell(starting, started(), driving('p1'), stopped(1))
    await settled()
    await settled()
    fireEvent.keyDown(screen.getByRole('treeitem', { name: /^x/ }), { key: 'Enter' })
    const field = screen.getByRole('textbox', { name: 'Value of x' })
    fireEvent.change(field, { target: { value: 'z' } })
    fireEvent.keyDown(field, { key: 'Enter' })
    await settled()
    expect(room.commands('debug.setVariable')).toMatchObject([
      { stop: 1, variablesReference: 10, name: 'x', value: 'z' },
    ])
    expect(screen.getByRole('alert').textContent).toBe('name "z" is not defined')
  })

  it('lets a page look at another frame, which moves nobody and steps its thread', async () => {
    room.tell(starting, started(), driving('p1'), stopped(1))
    await settled()
    fireEvent.click(screen.getByRole('treeitem', { name: /module/ }))
    expect(room.debug.local.getState()).toMatchObject({ following: false, looked: { frame: 2 } })
    expect(room.sent.map(({ type }) => type)).not.toContain('debug.next')
    room.tell(continued(1), stopped(2))
    await settled()
    expect(room.debug.local.getState().following).toBe(false)
  })
})

it('a page that has the state before the text waits for the text', async () => {
  const text = room.workspace.text(room.file)
  const program = text?.toString() ?? ''
  act(() => room.state.setState({ synced: false }))
  act(() => text?.delete(0, program.length))
  room.tell(starting, started(), stopped(1))
  await settled()
  expect(room.debug.text).toBeUndefined()
  act(() => text?.insert(0, program))
  act(() => room.state.setState({ synced: true }))
  expect(room.debug.text?.exact).toBe(true)
  expect(room.view.getState().active).toBe(room.file)
})

describe('a step', () => {
  it('is sent once, however often it is pressed, with the stop that it is about', async () => {
    room.tell(starting, started(), driving('p1'), stopped(1))
    fireEvent.click(button('Step over'))
    fireEvent.click(button('Step over'))
    fireEvent.click(button('Continue'))
    expect(room.sent.filter(({ type }) => /next|continue/.test(type))).toEqual([
      { type: 'debug.next', stop: 1, threadId: 7 },
    ])
    expect(isOff('Step over')).toBe(true)
    room.tell(continued(1), stopped(2))
    await settled()
    expect(isOff('Step over')).toBe(false)
  })

  it('does not flicker when the program stops again at once', async () => {
    room.tell(starting, started(), driving('p1'), stopped(1))
    fireEvent.click(button('Step over'))
    room.tell(continued(1))
    act(() => void vi.advanceTimersByTime(140))
    expect(state()).toBe('stopped')
    expect(screen.getByRole('tree', { name: 'Call stack' })).toBeTruthy()
    room.tell(stopped(2, 3))
    act(() => void vi.advanceTimersByTime(500))
    expect(state()).toBe('stopped')
  })

  it('shows that the program runs when it goes on running', async () => {
    room.tell(starting, started(), driving('p1'), stopped(1))
    fireEvent.click(button('Continue'))
    room.tell(continued(1))
    act(() => void vi.advanceTimersByTime(160))
    expect(state()).toBe('running')
    expect(isOff('Pause')).toBe(false)
    expect(screen.getByRole('tree', { name: 'Call stack' }).dataset.dimmed).toBe('true')
    act(() => void vi.advanceTimersByTime(1000))
    expect(screen.queryByRole('tree', { name: 'Call stack' })).toBeNull()
    expect(screen.getByText('No stack while the program runs.')).toBeTruthy()
    fireEvent.click(button('Pause'))
    expect(room.commands('debug.pause')).toHaveLength(1)
  })

  it('that is refused is told in words, and may be tried again', async () => {
    room.answers['debug.next'] = () => {
      throw new CommandError('conflict', 'the program has moved on')
    }
    room.tell(starting, started(), driving('p1'), stopped(1))
    fireEvent.click(button('Step over'))
    await settled()
    expect(toasts.getState().list.at(-1)?.text).toContain('the program has moved on')
    expect(isOff('Step over')).toBe(false)
  })

  it('back is offered where the debugger can', () => {
    room.tell(starting, started({ capabilities: { supportsStepBack: true } }), driving('p1'), stopped(1))
    fireEvent.click(button('Step back'))
    expect(room.commands('debug.stepBack')).toHaveLength(1)
  })
})

describe('who drives', () => {
  it('alone steps; for the others the reason is said', () => {
    room.tell(starting, started(), driving('p2'), stopped(1))
    expect(screen.getByTestId('control-debug').getAttribute('data-holder')).toBe('Bob')
    expect(isOff('Step over')).toBe(true)
    fireEvent.click(button('Step over'))
    expect(room.sent.map(({ type }) => type)).not.toContain('debug.next')
    act(() => room.workspace.setSetting('control', 'everybody'))
    expect(isOff('Step over')).toBe(false)
  })

  it('is shown to a viewer, who can do nothing', () => {
    room.tell(starting, started(), driving('p2'), stopped(1))
    act(() =>
      room.state.setState({
        permissions: { edit: false, run: false, debug: false, install: false, manage: false },
      }),
    )
    for (const name of ['Continue', 'Step over', 'Step into', 'Step out', 'Restart', 'Stop']) {
      expect(isOff(name)).toBe(true)
    }
    expect(screen.queryByTestId('console-field')).toBeNull()
    expect(screen.queryByTestId('add-watch')).toBeNull()
    expect(screen.queryByRole('button', { name: 'Ask' })).toBeNull()
  })
})

describe('the rest of the panel', () => {
  it('watches expressions for the whole room', async () => {
    room.answers['debug.evaluate'] = ({ expression }) => ({ result: `${expression}!`, variablesReference: 0 })
    fireEvent.click(screen.getByTestId('add-watch'))
    const field = screen.getByRole('textbox', { name: 'Expression to watch' })
    fireEvent.change(field, { target: { value: 'x + 1' } })
    fireEvent.blur(field)
    expect(room.debug.watches.list()).toMatchObject([{ expression: 'x + 1', by: 'p1' }])
    room.tell(starting, started(), driving('p1'), stopped(1))
    await settled()
    expect(screen.getByRole('treeitem', { name: /x \+ 1/ }).textContent).toBe('x + 1x + 1!')
    expect(room.commands('debug.evaluate')).toMatchObject([{ context: 'watch', stop: 1, frameId: 1 }])
  })

  it('lists breakpoints, with what the debugger made of them', () => {
    act(() => void room.debug.breakpoints.add(room.file, 3, 'p1', { condition: 'y > 1' }))
    act(() => vi.runOnlyPendingTimers())
    room.tell(starting)
    const box = screen.getByRole('checkbox', { name: 'Breakpoint at main.py:3 enabled' })
    fireEvent.click(box)
    expect(room.debug.breakpoints.list()).toMatchObject([{ line: 3, enabled: false }])
    fireEvent.click(button('Remove the breakpoint at main.py:3'))
    expect(room.debug.breakpoints.list()).toEqual([])
  })

  it('chooses the exceptions that stop the program', () => {
    const exceptions = { filters: [{ filter: 'raised', label: 'Raised exceptions' }], chosen: ['uncaught'] }
    room.tell(starting, started({ exceptions }))
    fireEvent.click(screen.getByRole('checkbox', { name: 'Raised exceptions' }))
    expect(room.commands('debug.exceptions')).toMatchObject([{ filters: ['uncaught', 'raised'] }])
  })

  it('evaluates in the console, brings earlier lines back, and completes', async () => {
    room.answers['debug.completions'] = () => ({ targets: [{ label: 'counts' }, { label: 'country' }] })
    room.tell(starting, started(), driving('p1'), stopped(1))
    const field = screen.getByRole('combobox', { name: 'Evaluate an expression' }) as HTMLInputElement
    const type = (value: string) => fireEvent.change(field, { target: { value } })
    type('1 + 1')
    fireEvent.keyDown(field, { key: 'Enter' })
    await settled()
    expect(room.commands('debug.evaluate')).toMatchObject([{ expression: '1 + 1', context: 'repl' }])
    fireEvent.keyDown(field, { key: 'ArrowUp' })
    expect(field.value).toBe('1 + 1')
    type('len(cou')
    act(() => void vi.advanceTimersByTime(150))
    await settled()
    expect(screen.getAllByRole('option').map((option) => option.textContent)).toEqual(['counts', 'country'])
    fireEvent.keyDown(field, { key: 'Tab' })
    expect(field.value).toBe('len(counts')
  })

  it('warns in the last minute, and gives more time', () => {
    room.tell(starting, started({ deadline: Date.now() + 90_000 }))
    expect(screen.queryByTestId('debug-deadline')).toBeNull()
    act(() => void vi.advanceTimersByTime(45_000))
    expect(screen.getByTestId('debug-deadline').textContent).toContain('Ends in 45 s')
    fireEvent.click(button('Extend'))
    expect(room.commands('debug.extend')).toHaveLength(1)
  })

  it('says how a session ended, and keeps what was said', () => {
    room.tell(starting, { type: 'debug.output', run: 3, category: 'console', output: 'x is 1' })
    const run = { ...runOf(3, 'finished'), outcome: 'stopped by Bob' }
    room.tell({ type: 'run.finished', run }, { type: 'debug.ended', run: 3, outcome: 'stopped by Bob' })
    expect(screen.getByTestId('debug-ended').textContent).toBe('Run 3 has ended: Stopped by Bob.')
    expect(screen.getByTestId('console-entry').textContent).toBe('x is 1')
    fireEvent.click(button('Debug again'))
    expect(room.commands('debug.start')).toMatchObject([{ cols: 80, rows: 24 }])
  })
})
