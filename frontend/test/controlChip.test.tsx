// @vitest-environment happy-dom
import { cleanup, fireEvent, render, screen } from '@testing-library/react'
import { Tooltip } from 'radix-ui'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { createStore } from 'zustand/vanilla'
import { RoomContext, type RoomContextValue } from '../src/app/useRoom'
import { ControlChip } from '../src/control/ControlChip'
import { ControlPrompt } from '../src/control/ControlPrompt'
import { after, bob, free } from './room'

const send = vi.fn<(type: string, fields: object) => Promise<unknown>>(() => Promise.resolve({}))
const cleo = { ...bob, id: 'p3', name: 'Cleo', role: 'editor' as const }
const joined = { type: 'participant.joined', participant: cleo }

function show(control: object) {
  const state = after(joined, { type: 'control.changed', control: { ...free, ...control } })
  const store = createStore(() => ({ ...state, serverAhead: 0 }))
  const value = { room: { state: store, commands: { send } } }
  render(
    <RoomContext value={value as unknown as RoomContextValue}>
      <Tooltip.Provider>
        <ControlChip what="stdin" />
        <ControlPrompt what="stdin" />
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

  it('is another’s, who has paused: it can be taken over', () => {
    show({ stdin: 'p3', acted_at: { stdin: Date.now() - 10_001, debug: null } })
    fireEvent.click(screen.getByRole('button', { name: 'Take over' }))
    expect(send).toHaveBeenCalledWith('control.take', { what: 'stdin' })
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
