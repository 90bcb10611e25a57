// @vitest-environment happy-dom
import { act, fireEvent, screen, within } from '@testing-library/react'
import { describe, expect, it, vi } from 'vitest'
import { started, starting, stopped, watches } from './debugging'
import { button, driving, eachInItsRoom, pass, settled } from './panel'
import { runOf } from './room'
import type { ScriptedRoom } from './scriptedRoom'

let room: ScriptedRoom
eachInItsRoom((made) => {
  room = made
})

const watchRow = () => screen.getByRole('treeitem', { name: /x \+ 1/ })

describe('the rest of the panel', () => {
  it('watches expressions for the whole room', async () => {
    fireEvent.click(screen.getByTestId('add-watch'))
    const field = screen.getByRole('textbox', { name: 'Expression to watch' })
    fireEvent.change(field, { target: { value: 'x + 1' } })
    fireEvent.blur(field)
    expect(room.debug.watches.list()).toMatchObject([{ expression: 'x + 1', by: 'p1' }])
    room.tell(starting, started(), driving('p1'), stopped(1))
    await settled()
    room.tell(watches(1, { expression: 'x + 1', result: '7', variablesReference: 0 }))
    expect(watchRow().textContent).toBe('x + 17')
    room.tell({ type: 'debug.continued', run: 3, stop: 1, by: 'p1' }, stopped(2))
    expect(within(watchRow()).getByTestId('variable-value').dataset.stale).toBe('true')
    room.tell(watches(2, { expression: 'x + 1', failure: 'Traceback:\nname x is not defined' }))
    expect(within(watchRow()).getByTestId('watch-failure').textContent).toBe('name x is not defined')
    expect(room.commands('debug.evaluate')).toEqual([])

    room.answers['debug.evaluate'] = () => ({ result: '8', variablesReference: 0 })
    fireEvent.click(button('Evaluate x + 1 again'))
    await settled()
    expect(watchRow().textContent).toBe('x + 18 (changed)')
  })

  it('evaluates what is watched in a frame that this page alone looks at', async () => {
    act(() => room.debug.watches.add('x', 'p1'))
    room.answers['debug.evaluate'] = ({ frameId }) => ({ result: `in ${frameId}`, variablesReference: 0 })
    room.tell(starting, started(), driving('p1'), stopped(1))
    room.tell(watches(1, { expression: 'x', result: 'here', variablesReference: 0 }))
    fireEvent.click(screen.getByRole('treeitem', { name: /module/ }))
    await settled()
    expect(screen.getByRole('treeitem', { name: /^x/ }).textContent).toBe('xin 2')
    expect(room.commands('debug.evaluate')).toMatchObject([{ context: 'watch', stop: 1, frameId: 2 }])
    act(() => room.debug.follow())
    expect(screen.getByRole('treeitem', { name: /^x/ }).textContent).toBe('xhere')
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
    const exceptions = { filters: [{ filter: 'raised', label: 'Raised Exceptions' }], chosen: ['uncaught'] }
    room.tell(starting, started({ exceptions }))
    fireEvent.click(screen.getByRole('checkbox', { name: 'Raised' }))
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
    pass(150)
    await settled()
    expect(screen.getAllByRole('option').map((option) => option.textContent)).toEqual(['counts', 'country'])
    fireEvent.keyDown(field, { key: 'Tab' })
    expect(field.value).toBe('len(counts')
  })

  it('warns in the last minute, and gives more time', () => {
    room.tell(starting, started({ deadline: Date.now() + 90_000 }))
    expect(screen.queryByTestId('debug-deadline')).toBeNull()
    pass(45_000)
    expect(screen.getByTestId('debug-deadline').textContent).toContain('Ends in 45 s')
    fireEvent.click(button('Extend'))
    expect(room.commands('debug.extend')).toHaveLength(1)
  })

  it('says how a session ended, and keeps what was said', () => {
    room.tell(starting, { type: 'debug.output', run: 3, category: 'console', output: 'x is 1' })
    const run = { ...runOf(3, 'finished'), outcome: 'stopped by Bob' }
    room.tell({ type: 'run.finished', run }, { type: 'debug.ended', run: 3, outcome: 'stopped by Bob' })
    expect(screen.getByTestId('debug-state').textContent).toBe('Stopped by Bob')
    expect(screen.getByTestId('console-entry').textContent).toBe('x is 1')
    fireEvent.click(button('Debug again'))
    expect(room.commands('debug.start')).toMatchObject([{ cols: 80, rows: 24 }])
  })
})
