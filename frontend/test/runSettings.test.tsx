// @vitest-environment happy-dom
import { cleanup, fireEvent, render, screen } from '@testing-library/react'
import { Tooltip } from 'radix-ui'
import { act } from 'react'
import { afterEach, describe, expect, it } from 'vitest'
import * as Y from 'yjs'
import { createStore } from 'zustand/vanilla'
import { RunSettings } from '../src/app/RunSettings'
import { RoomContext, type RoomContextValue } from '../src/app/useRoom'
import { Workspace } from '../src/collab/workspace'
import { ada, after } from './room'

function show(role: 'editor' | 'viewer' = 'editor') {
  const workspace = new Workspace(new Y.Doc())
  for (const path of ['main.py', 'input.txt']) workspace.create(path)
  const state = after({ type: 'participant.changed', participant: { ...ada, role } })
  const value = { room: { workspace, state: createStore(() => state) } }
  render(
    <RoomContext value={value as unknown as RoomContextValue}>
      <Tooltip.Provider>
        <RunSettings />
      </Tooltip.Provider>
    </RoomContext>,
  )
  fireEvent.click(screen.getByTestId('run-settings'))
  return workspace.configurations
}

const type = (element: HTMLElement, value: string) => fireEvent.change(element, { target: { value } })
const field = (label: string) => screen.getByLabelText<HTMLInputElement>(label)

afterEach(cleanup)

describe('the run settings', () => {
  it('are the default configuration’s at first', () => {
    const configurations = show()
    type(field('Arguments'), '-v "two words"')
    type(field('Input'), 'input.txt')
    expect(configurations.active).toEqual({ args: ['-v', 'two words'], stdin: 'input.txt' })
    expect(field('Run in a terminal').checked).toBe(false)
    expect(screen.queryByTestId('configuration-use')).toBeNull()
  })

  it('keep arguments as they were while a quote is open', () => {
    const configurations = show()
    type(field('Arguments'), 'one')
    type(field('Arguments'), 'one "two')
    expect(screen.getByText('A quotation mark is not closed.')).toBeTruthy()
    expect(configurations.active.args).toEqual(['one'])
  })

  it('take a terminal or pipes, and forget the choice that is the usual', () => {
    const configurations = show()
    fireEvent.click(field('Run in a terminal'))
    expect(configurations.active.tty).toBe(false)
    fireEvent.click(field('Run in a terminal'))
    expect(configurations.active).not.toHaveProperty('tty')
  })

  it('take variables line by line, in the order in which they are typed', () => {
    const configurations = show()
    for (const [at, name] of ['ZED', 'ALPHA'].entries()) {
      fireEvent.click(screen.getByTestId('env-add'))
      type(field(`Name of variable ${at + 1}`), name)
      type(field(`Value of ${name}`), String(at))
    }
    expect(configurations.active.env).toEqual({ ZED: '0', ALPHA: '1' })
    const names = screen.getAllByTestId<HTMLInputElement>('env-name').map((input) => input.value)
    expect(names).toEqual(['ZED', 'ALPHA'])
    type(field('Name of variable 2'), '2ALPHA')
    expect(screen.getByText(/begins with no digit/)).toBeTruthy()
    expect(configurations.active.env).toEqual({ ZED: '0', ALPHA: '1' })
    fireEvent.click(screen.getByRole('button', { name: 'Remove 2ALPHA' }))
    expect(configurations.active.env).toEqual({ ZED: '0' })
    expect(screen.getByText(/Everybody in the room can read these values/)).toBeTruthy()
  })

  it('show what another changes meanwhile', () => {
    const configurations = show()
    type(field('Arguments'), 'mine')
    act(() => configurations.set(null, 'args', ['theirs']))
    expect(field('Arguments').value).toBe('theirs')
  })

  it('have more configurations by name, of which one is used by Run', () => {
    const configurations = show()
    fireEvent.click(screen.getByTestId('configuration-add'))
    type(field('Name'), 'Tests')
    type(field('Arguments'), '-v')
    expect(configurations.active).toEqual({})
    fireEvent.click(screen.getByRole('button', { name: 'Use for Run' }))
    expect(configurations.active).toEqual({ args: ['-v'] })
    expect(screen.getByTestId('configuration-in-use')).toBeTruthy()
    fireEvent.click(screen.getByTestId('configuration-duplicate'))
    expect(field('Name').value).toBe('Tests copy')
    expect(field('Arguments').value).toBe('-v')
    fireEvent.click(screen.getByTestId('configuration-delete'))
    expect(configurations.list().map(({ name }) => name)).toEqual(['Tests'])
  })

  it('cannot be changed by a viewer', () => {
    show('viewer')
    expect(field('Arguments').disabled).toBe(true)
    expect(screen.queryByTestId('configuration-add')).toBeNull()
    expect(screen.getByText(/Viewers cannot change them/)).toBeTruthy()
  })
})
