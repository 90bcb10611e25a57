// @vitest-environment happy-dom
import { cleanup, fireEvent, render, screen } from '@testing-library/react'
import { Tooltip } from 'radix-ui'
import { afterEach, describe, expect, it, vi } from 'vitest'
import * as Y from 'yjs'
import { createStore } from 'zustand/vanilla'
import type { Controlled } from '../src/api/types'
import { RoomContext, type RoomContextValue } from '../src/app/useRoom'
import { Workspace } from '../src/collab/workspace'
import { ControlChip } from '../src/control/ControlChip'
import { ControlPrompt } from '../src/control/ControlPrompt'
import { ada, after, bob, free } from './room'

const send = vi.fn<(type: string, fields: object) => Promise<unknown>>(() => Promise.resolve({}))
const cleo = { ...bob, id: 'p3', name: 'Cleo', role: 'editor' as const }
const joined = { type: 'participant.joined', participant: cleo }

function show(control: object, { what = 'stdin', events = [] as object[], everybody = false } = {}) {
  const state = after(joined, ...events, { type: 'control.changed', control: { ...free, ...control } })
  const store = createStore(() => ({ ...state, serverAhead: 0 }))
  const workspace = new Workspace(new Y.Doc())
  if (everybody) workspace.setSetting('control', 'everybody')
  const value = { room: { state: store, commands: { send }, workspace } }
  const controlled = what as Controlled
  render(
    <RoomContext value={value as unknown as RoomContextValue}>
      <Tooltip.Provider>
        <ControlChip what={controlled} />
        <ControlPrompt what={controlled} byKey={controlled === 'debug'} />
      </Tooltip.Provider>
    </RoomContext>,
  )
}

afterEach(() => {
  cleanup()
  send.mockClear()
})

describe('the keyboard of a run', () => {
  it('is free: it can be taken', () => {
    show({})
    fireEvent.click(screen.getByRole('button', { name: 'Take the keyboard' }))
    expect(send).toHaveBeenCalledWith('control.take', { what: 'stdin' })
  })

  it('is another’s, who types: one can ask', () => {
    show({ stdin: 'p3', acted_at: { stdin: Date.now(), debug: null } })
    expect(screen.getByText('Cleo types')).toBeTruthy()
    fireEvent.click(screen.getByRole('button', { name: 'Ask' }))
    expect(send).toHaveBeenCalledWith('control.request', { what: 'stdin' })
  })

  it('has been asked for: that can be taken back', () => {
    const requests = { stdin: ['p1'], debug: [] }
    show({ stdin: 'p3', requests, acted_at: { stdin: Date.now(), debug: null } })
    fireEvent.click(screen.getByRole('button', { name: 'Asked', pressed: true }))
    expect(send).toHaveBeenCalledWith('control.request', { what: 'stdin', withdraw: true })
  })

  it('is another’s, who has paused: it can be taken over, and asked for still', () => {
    show({ stdin: 'p3', acted_at: { stdin: Date.now() - 10_001, debug: null } })
    fireEvent.click(screen.getByRole('button', { name: 'Ask' }))
    expect(send).toHaveBeenCalledWith('control.request', { what: 'stdin' })
    fireEvent.click(screen.getByRole('button', { name: 'Take over' }))
    expect(send).toHaveBeenCalledWith('control.take', { what: 'stdin' })
  })

  it('has been asked for, and the holder pauses: the request stands until it is taken', () => {
    const requests = { stdin: ['p1'], debug: [] }
    show({ stdin: 'p3', requests, acted_at: { stdin: Date.now() - 10_001, debug: null } })
    fireEvent.click(screen.getByRole('button', { name: 'Asked', pressed: true }))
    expect(send).toHaveBeenCalledWith('control.request', { what: 'stdin', withdraw: true })
    expect(screen.getByRole('button', { name: 'Take over' })).toBeTruthy()
  })

  it('can be taken or asked for by an owner at any time', () => {
    const owner = { type: 'participant.changed', participant: { ...ada, role: 'owner' } }
    show({ stdin: 'p3', acted_at: { stdin: Date.now(), debug: null } }, { events: [owner] })
    expect(screen.getByRole('button', { name: 'Ask' })).toBeTruthy()
    expect(screen.getByRole('button', { name: 'Take over' })).toBeTruthy()
  })

  it('becomes free to be taken over while one looks', async () => {
    show({ stdin: 'p3', acted_at: { stdin: Date.now() - 9_900, debug: null } })
    expect(screen.getByRole('button', { name: 'Ask' })).toBeTruthy()
    expect(await screen.findByRole('button', { name: 'Take over' })).toBeTruthy()
  })

  it('is one’s own: who asks is told, and gets it by a click', () => {
    show({ stdin: 'p1', requests: { stdin: ['p3'], debug: [] } })
    expect(screen.getByText('You type')).toBeTruthy()
    expect(screen.getByText('Cleo asks for the keyboard')).toBeTruthy()
    fireEvent.click(screen.getByTestId('control-prompt-give'))
    expect(send).toHaveBeenCalledWith('control.give', { what: 'stdin', to: 'p3' })
  })

  it('is one’s own: who asks can be put off', () => {
    show({ stdin: 'p1', requests: { stdin: ['p3'], debug: [] } })
    fireEvent.click(screen.getByRole('button', { name: 'Not now' }))
    expect(screen.queryByText('Cleo asks for the keyboard')).toBeNull()
    expect(send).not.toHaveBeenCalled()
  })
})

describe('who drives the debugger', () => {
  const asked = { debug: 'p1', requests: { stdin: [], debug: ['p3'] } }

  it('hands over by a key to who asks, and only then', () => {
    show({ debug: 'p1' }, { what: 'debug' })
    fireEvent.keyDown(document.body, { key: 'F4' })
    expect(send).not.toHaveBeenCalled()
    cleanup()
    show(asked, { what: 'debug' })
    fireEvent.keyDown(document.body, { key: 'F4', ctrlKey: true })
    expect(send).not.toHaveBeenCalled()
    fireEvent.keyDown(document.body, { key: 'F4' })
    expect(send).toHaveBeenCalledWith('control.give', { what: 'debug', to: 'p3' })
  })

  it('hands nothing over by a key to who was put off', () => {
    show(asked, { what: 'debug' })
    fireEvent.click(screen.getByRole('button', { name: 'Not now' }))
    fireEvent.keyDown(document.body, { key: 'F4' })
    expect(send).not.toHaveBeenCalled()
  })

  it('is nobody’s to ask for where everybody may step', () => {
    show({ ...asked, debug: 'p3' }, { what: 'debug', everybody: true })
    expect(screen.getByText('Everybody may step')).toBeTruthy()
    expect(screen.queryByRole('button')).toBeNull()
  })
})
