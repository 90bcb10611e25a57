// @vitest-environment happy-dom
import { act, fireEvent, screen, within } from '@testing-library/react'
import { describe, expect, it } from 'vitest'
import { CommandError } from '../src/collab/commands'
import { toasts } from '../src/ui/toasts'
import { started, starting, stopped } from './debugging'
import {
  button,
  continued,
  driving,
  eachInItsRoom,
  isOff,
  pass,
  runWords,
  settled,
  state,
  toldOf,
} from './panel'
import type { ScriptedRoom } from './scriptedRoom'

const blank = {
  capabilities: {},
  exceptions: { filters: [], chosen: [] },
  breakpoints: [],
  console: [],
  deadline: null,
}
const changed = () => screen.getByTestId('variable-value').getAttribute('data-changed')

let room: ScriptedRoom
eachInItsRoom((made) => {
  room = made
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

  it('says over the output, too, where it stands, and that it runs only when it goes on running', () => {
    room.tell(starting)
    expect(runWords()).toBe('Starting the debugger')
    room.tell(started(), driving('p1'), stopped(1))
    expect(runWords()).toBe('Stopped at main.py:2')
    room.tell(continued(1))
    pass(100)
    expect(runWords()).toBe('Stopped at main.py:2')
    room.tell(stopped(2, 3, { reason: 'pause' }))
    pass(500)
    expect(runWords()).toBe('Paused at main.py:3')
    room.tell(continued(2))
    pass(200)
    expect(runWords()).toBe('Running')
  })

  it('has one voice for screen readers, not the output’s beside its own', () => {
    room.tell(starting, started(), driving('p1'), stopped(1))
    const told = screen.getAllByRole('status').filter(({ textContent }) => textContent?.includes('Stopped'))
    expect(told.map(({ textContent }) => textContent)).toEqual(['Stopped at main.py line 2, breakpoint'])
  })

  it('says all of an exception', () => {
    const text = `division by zero ${'again '.repeat(20)}`
    const exception = { reason: 'exception', description: 'ZeroDivisionError', text }
    room.tell(starting, started(), driving('p1'), stopped(1, 2, exception))
    expect(screen.getByTestId('debug-state').textContent).toBe('Stopped at an exception')
    expect(screen.getByTestId('debug-exception').textContent).toBe(`ZeroDivisionError: ${text}`)
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
    fireEvent.click(button('Stop'))
    expect(room.commands('debug.stop')).toHaveLength(1)
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
    pass(140)
    expect(state()).toBe('stopped')
    expect(screen.getByRole('tree', { name: 'Call stack' })).toBeTruthy()
    room.tell(stopped(2, 3))
    pass(500)
    expect(state()).toBe('stopped')
  })

  it('shows that the program runs when it goes on running', async () => {
    room.tell(starting, started(), driving('p1'), stopped(1))
    fireEvent.click(button('Continue'))
    room.tell(continued(1))
    pass(160)
    expect(state()).toBe('running')
    expect(isOff('Pause')).toBe(false)
    expect(screen.getByRole('tree', { name: 'Call stack' }).dataset.dimmed).toBe('true')
    pass(1000)
    expect(screen.queryByRole('tree', { name: 'Call stack' })).toBeNull()
    expect(screen.getByText('No stack while the program runs.')).toBeTruthy()
    fireEvent.click(button('Pause'))
    expect(room.commands('debug.pause')).toHaveLength(1)
  })

  it('shows at once on its button that it was taken, and leaves the others as they look', async () => {
    room.tell(starting, started(), driving('p1'), stopped(1))
    fireEvent.click(button('Step over'))
    expect(button('Step over').dataset.taken).toBe('true')
    expect(screen.getByRole('toolbar').getAttribute('aria-busy')).toBe('true')
    room.tell(continued(1), stopped(2, 3))
    await settled()
    expect(button('Step over').dataset.taken).toBeUndefined()
    expect(screen.getByRole('toolbar').getAttribute('aria-busy')).toBe('false')
  })

  it('keeps the focus where it was, also when the program runs on', () => {
    room.tell(starting, started(), driving('p1'), stopped(1))
    button('Continue').focus()
    fireEvent.click(button('Continue'))
    room.tell(continued(1))
    pass(500)
    expect(document.activeElement).toBe(button('Pause'))
    room.tell(stopped(2, 3))
    expect(document.activeElement).toBe(button('Continue'))
  })

  it('to the cursor is one, too', () => {
    room.tell(starting, started(), driving('p1'), stopped(1))
    void room.debug.runToCursor('main.py', 3)
    void room.debug.runToCursor('main.py', 3)
    void room.debug.move('next')
    expect(room.commands('debug.runToCursor')).toHaveLength(1)
    expect(room.commands('debug.next')).toHaveLength(0)
  })

  it('that comes back to the same line is told anew', () => {
    room.tell(starting, started(), driving('p1'), stopped(1))
    const first = screen.getByTestId('debug-status').textContent
    room.tell(continued(1), stopped(2))
    const second = screen.getByTestId('debug-status').textContent
    expect(second?.trim()).toBe(first)
    expect(second).not.toBe(first)
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
  it('alone steps; for the others the reason is said, and they may stop it all the same', () => {
    room.tell(starting, started(), driving('p2'), stopped(1))
    expect(screen.getByTestId('control-debug').getAttribute('data-holder')).toBe('Bob')
    expect(isOff('Step over')).toBe(true)
    fireEvent.click(button('Step over'))
    expect(room.sent.map(({ type }) => type)).not.toContain('debug.next')
    act(() => room.workspace.setSetting('control', 'everybody'))
    expect(isOff('Step over')).toBe(false)
  })

  it('is told of when it changes hands, to both, and not at every step of a room that shares it', () => {
    room.tell(starting, started(), driving('p1'), stopped(1))
    room.tell(driving('p2'))
    expect(toldOf()).toEqual(['Bob drives now.'])
    room.tell(driving('p1'))
    expect(toldOf()).toEqual(['Bob drives now.', 'You drive now.'])
    act(() => room.workspace.setSetting('control', 'everybody'))
    room.tell(driving('p2'))
    room.tell(driving('p1'))
    expect(toldOf()).toHaveLength(2)
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
