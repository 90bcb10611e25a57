/** Tests of the debugger's panel: what each begins with, and how it looks at the screen. */
import { act, cleanup, screen } from '@testing-library/react'
import { afterEach, beforeEach, vi } from 'vitest'
import { toasts } from '../src/ui/toasts'
import { free } from './room'
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

/** Gives each test of the file a room of its own, by `begin`, and a clock that stands still. */
export function eachInItsRoom(begin: (room: ScriptedRoom) => void): void {
  beforeEach(() => {
    vi.stubGlobal('matchMedia', () => ({
      matches: false,
      addEventListener: vi.fn(),
      removeEventListener: vi.fn(),
    }))
    vi.useFakeTimers({ toFake: [...FAKED] })
    begin(new ScriptedRoom())
  })
  afterEach(() => {
    cleanup()
    vi.useRealTimers()
    toasts.setState({ list: [] })
  })
}

export const driving = (debug: string | null) => ({ type: 'control.changed', control: { ...free, debug } })
export const continued = (stop: number) => ({ type: 'debug.continued', run: 3, stop, by: 'p1' })
export const settled = () => act(async () => void (await vi.advanceTimersByTimeAsync(0)))
export const pass = (ms: number) => act(() => void vi.advanceTimersByTime(ms))
export const button = (name: string) => screen.getByRole('button', { name })
export const isOff = (name: string) => button(name).getAttribute('aria-disabled') === 'true'
export const state = () => screen.getByTestId('debug-state').getAttribute('data-state')
export const runWords = () => screen.getByTestId('run-words').textContent
export const toldOf = () => toasts.getState().list.map(({ text }) => text)
