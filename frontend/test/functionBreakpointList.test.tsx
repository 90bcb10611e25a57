// @vitest-environment happy-dom
import { act, cleanup, fireEvent, screen } from '@testing-library/react'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { starting } from './debugging'
import { ScriptedRoom } from './scriptedRoom'

let room: ScriptedRoom

beforeEach(() => {
  room = new ScriptedRoom()
})
afterEach(cleanup)

const button = (name: string) => screen.getByRole('button', { name })
const functionWords = () => screen.getByTestId('function-words')

describe('the panel', () => {
  it('takes the name of a function to stop at, and leads back to the button', () => {
    const add = screen.getByTestId('add-function')
    add.focus()
    fireEvent.click(add)
    const field = screen.getByRole('textbox', { name: 'Function to stop at' })
    fireEvent.change(field, { target: { value: 'f' } })
    fireEvent.keyDown(field, { key: 'Enter' })
    expect(room.debug.functions.list()).toMatchObject([{ function: 'f', by: 'p1', enabled: true }])
    expect(document.activeElement).toBe(add)
    fireEvent.click(add)
    const again = screen.getByRole('textbox', { name: 'Function to stop at' })
    fireEvent.change(again, { target: { value: 'g' } })
    fireEvent.keyDown(again, { key: 'Escape' })
    expect(screen.queryByRole('textbox', { name: 'Function to stop at' })).toBeNull()
    expect(room.debug.functions.list()).toHaveLength(1)
  })

  it('says why the debugger does not stop at a function, and takes it away', () => {
    act(() => room.debug.functions.add('f', 'p1'))
    const id = room.debug.functions.list()[0]?.id
    expect(functionWords().textContent).toBe('f()')
    room.tell(starting, {
      type: 'debug.breakpoints',
      run: 3,
      breakpoints: [{ id, verified: false, message: 'no such function' }],
    })
    expect(functionWords().textContent).toBe('f()no such function')
    fireEvent.click(screen.getByRole('checkbox', { name: 'Breakpoint at the function f enabled' }))
    expect(functionWords().textContent).toBe('f()')
    expect(functionWords().title).toContain('Breakpoint at the function f, disabled')
    fireEvent.click(button('Remove the breakpoint at the function f'))
    expect(screen.queryByTestId('function-breakpoint')).toBeNull()
  })
})
