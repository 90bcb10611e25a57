import { afterEach, describe, expect, it, vi } from 'vitest'
import type { Debugger } from '../src/debug/debugger'
import { debugKey } from '../src/debug/keys'
import { toasts } from '../src/ui/toasts'

type Key = { key: string; shiftKey?: boolean; ctrlKey?: boolean }

/** What a key does to a debugger, by the names of what is called; undefined when it is left to the browser. */
function press(key: Key, state: { session?: object | null; mayStart?: boolean; hurdle?: string } = {}) {
  const { session = {}, mayStart = true, hurdle } = state
  const called: string[] = []
  const debug = {
    session,
    mayStart,
    startHurdle: () => hurdle,
    stepHurdle: () => hurdle,
    stopHurdle: () => hurdle,
    start: vi.fn(() => void called.push('start')),
    stop: vi.fn(() => void called.push('stop')),
    move: vi.fn((move: string) => void called.push(move)),
  }
  const event = { shiftKey: false, ctrlKey: false, altKey: false, metaKey: false, ...key }
  const act = debugKey(event as KeyboardEvent, debug as unknown as Debugger)
  act?.()
  return act && called
}

afterEach(() => toasts.setState({ list: [] }))

describe('the debugger’s keys', () => {
  it.each([
    [{ key: 'F5' }, ['continue']],
    [{ key: 'F10' }, ['next']],
    [{ key: 'F11' }, ['stepIn']],
    [{ key: 'F11', shiftKey: true }, ['stepOut']],
    [{ key: 'F5', shiftKey: true }, ['stop']],
  ])('%o moves the session', (key, called) => {
    expect(press(key)).toEqual(called)
  })

  it('are other programs’ without a session, but for the one that starts it', () => {
    expect(press({ key: 'F5' }, { session: null })).toEqual(['start'])
    for (const key of ['F10', 'F11']) expect(press({ key }, { session: null })).toBeUndefined()
    expect(press({ key: 'F5', shiftKey: true }, { session: null })).toBeUndefined()
  })

  it('load the page anew for whom there is nothing to start', () => {
    expect(press({ key: 'F5' }, { session: null, mayStart: false })).toBeUndefined()
    expect(press({ key: 'F5', ctrlKey: true })).toBeUndefined()
  })

  it('say why they do nothing', () => {
    expect(press({ key: 'F10' }, { hurdle: 'Bob is driving' })).toEqual([])
    expect(press({ key: 'F5' }, { session: null, hurdle: 'COBOL cannot be debugged here' })).toEqual([])
    expect(press({ key: 'F5', shiftKey: true }, { hurdle: 'Viewers cannot stop the debugger' })).toEqual([])
    expect(toasts.getState().list.map(({ text }) => text)).toEqual([
      'Bob is driving.',
      'COBOL cannot be debugged here.',
      'Viewers cannot stop the debugger.',
    ])
  })
})
