import { describe, expect, it } from 'vitest'
import { stepHurdle } from '../src/debug/driving'
import { createLocal, shownFrame, shownThread } from '../src/debug/localState'
import { evaluationKey, standingFrame } from '../src/debug/session'
import { reasonWords, standingWords, startHurdle, stopWords, timeLeft } from '../src/debug/words'
import { ValueMemory } from '../src/debug/valueMemory'
import { after, ada, bob, runOf, runtime } from './room'
import { started, starting, stopped, watches } from './debugging'

const at = (stop: number, run = 1) => ({ run, stop })

const opened = (variablesReference: number, inside: number) => ({
  type: 'debug.variables',
  run: 3,
  stop: 1,
  variablesReference,
  start: 0,
  count: 0,
  variables: [{ name: `in ${variablesReference}`, value: '', variablesReference: inside }],
})
const goneOn = { type: 'debug.continued', run: 3, stop: 1, by: 'p1' }
const session = (...events: object[]) => after(starting, ...events).debug.session

const readOf = (value: string) => ({
  type: 'debug.variables',
  stop: 1,
  variablesReference: 10,
  variables: [{ name: 'x', value }],
})

describe('a debug session by its events', () => {
  it('starts, stops with a stack, runs on and ends', () => {
    expect(session()).toMatchObject({ state: 'starting', run: 3, by: 'p1' })
    expect(session(stopped(1))).toMatchObject({
      state: 'stopped',
      stop: { stop: 1, line: 2, file: 'main.py' },
    })
    const continued = { type: 'debug.continued', run: 3, stop: 1, by: 'p1' }
    expect(session(started())).toMatchObject({
      state: 'running',
      capabilities: { supportsSetVariable: true },
    })
    expect(session(stopped(1), continued)).toMatchObject({ state: 'running', stop: { stop: 1 } })
    const state = after(starting, stopped(1), { type: 'debug.ended', run: 3, outcome: 'exited(0)' })
    expect(state.debug).toMatchObject({ session: null, ended: { run: 3, outcome: 'exited(0)' } })
  })

  it('keeps what was read for as long as the program stands there', () => {
    const read = { type: 'debug.variables', stop: 1, variablesReference: 10, variables: [{ name: 'x' }] }
    expect(session(stopped(1), read)?.variables).toEqual({ 10: [{ name: 'x' }] })
    expect(session(stopped(1), stopped(2), read)?.variables).toEqual({})
    expect(session(stopped(1), read, stopped(2))?.variables).toEqual({})
  })

  it('counts a change of what had been read, not the reading', () => {
    expect(session(stopped(1), readOf('1'), readOf('1'))?.revision).toBe(0)
    expect(session(stopped(1), readOf('1'), readOf('2'))?.revision).toBe(1)
  })

  it('is whole for a newcomer, from the snapshot alone', () => {
    const { type: _type, ...stop } = stopped(4)
    const debug = {
      ...stop,
      state: 'stopped',
      by: 'p1',
      capabilities: { supportsStepBack: true },
      exceptions: { filters: [{ filter: 'raised', label: 'Raised' }], chosen: ['raised'] },
      breakpoints: [{ id: 'b', verified: true, line: 2 }],
      console: [{ category: 'console', output: 'hi' }],
      deadline: 60_000,
      scopes: { 1: [{ name: 'Locals', variablesReference: 10 }] },
      variables: { 10: [{ name: 'x', value: '1', variablesReference: 0 }] },
    }
    const state = after({ type: 'hello', ...helloFields(), debug })
    expect(state.debug.session).toMatchObject({
      state: 'stopped',
      run: 3,
      capabilities: { supportsStepBack: true },
      exceptions: { chosen: ['raised'] },
      deadline: 60_000,
      console: [{ output: 'hi' }],
      variables: { 10: [{ name: 'x' }] },
      stop: { stop: 4, frames: [{ name: 'inner' }, { name: '<module>' }, { file: null }] },
    })
  })

  it('knows more when the room reads, evaluates, chooses and gets more time', () => {
    const told = [
      {
        type: 'debug.scopes',
        run: 3,
        stop: 1,
        frameId: 1,
        scopes: [{ name: 'Locals', variablesReference: 10 }],
      },
      {
        type: 'debug.variables',
        run: 3,
        stop: 1,
        variablesReference: 20,
        start: 100,
        count: 50,
        variables: [{ name: '100' }],
      },
      { type: 'debug.evaluated', run: 3, stop: 1, frameId: 1, expression: 'x + 1', result: '2' },
      { type: 'debug.exceptions', run: 3, exceptions: { filters: [], chosen: ['raised'] } },
      { type: 'debug.extended', run: 3, deadline: 99, by: 'p1' },
    ]
    expect(session(stopped(1), ...told)).toMatchObject({
      scopes: { 1: [{ name: 'Locals' }] },
      variables: { '20@100+50': [{ name: '100' }] },
      evaluations: { [evaluationKey(1, 'x + 1')]: { result: '2' } },
      exceptions: { chosen: ['raised'] },
      deadline: 99,
    })
  })

  it('knows what is watched as it is told, and shows the last stop’s values until then', () => {
    const [x, y] = [
      { expression: 'x', result: '1', variablesReference: 0 },
      { expression: 'y', failure: 'not defined' },
    ]
    const first = [stopped(1), watches(1, x), watches(1, y), watches(7, { expression: 'z', result: '9' })]
    expect(session(...first)?.watched).toEqual({ stop: 1, values: { x, y } })
    expect(session(...first, goneOn, stopped(2))?.watched).toEqual({ stop: 1, values: { x, y } })
    const next = { ...x, result: '2' }
    expect(session(...first, goneOn, stopped(2), watches(2, next))?.watched).toEqual({
      stop: 2,
      values: { x: next },
    })
  })

  it('keeps what was opened of the console’s values when the program goes on, and when it ends', () => {
    const said = { type: 'debug.output', run: 3, category: 'repl', output: '{…}', by: 'p1', expression: 'p' }
    const told = [
      stopped(1),
      { ...said, variablesReference: 20, stop: 1, valueType: 'Point' },
      opened(20, 21),
      opened(21, 0),
      opened(10, 0),
    ]
    const next = session(...told, goneOn, stopped(2))
    expect(next?.console).toMatchObject([{ id: 1, variablesReference: 20, stop: 1, valueType: 'Point' }])
    expect(Object.keys(next?.opened[1] ?? {})).toEqual(['20', '21'])
    expect(next?.variables).toEqual({})
    const ended = { type: 'debug.ended', run: 3, outcome: 'exited(0)' }
    const { debug } = after(starting, ...told, goneOn, ended)
    expect(Object.keys(debug.opened[1] ?? {})).toEqual(['20', '21'])
    expect(debug.transcript).toHaveLength(1)
  })

  it('remembers over a lost connection what it was told before', () => {
    const said = { type: 'debug.output', run: 3, category: 'repl', output: '{…}', by: 'p1', expression: 'p' }
    const told = [stopped(1), { ...said, variablesReference: 20, stop: 1 }, opened(20, 0)]
    const { type: _type, ...stop } = stopped(2)
    const blank = { exceptions: { filters: [], chosen: [] }, breakpoints: [], console: [], capabilities: {} }
    const debug = { ...stop, state: 'stopped', run: 3, driver: 'p1', by: 'p1', ...blank, deadline: null }
    const back = session(...told, { type: 'hello', ...helloFields(), debug })
    expect(back).toMatchObject({ stop: { stop: 2 }, opened: { 1: { 20: [{ name: 'in 20' }] } } })
    const other = session(...told, { type: 'hello', ...helloFields(), debug: { ...debug, run: 4 } })
    expect(other?.opened).toEqual({})
    const over = after(starting, ...told, { type: 'hello', ...helloFields(), debug: null })
    expect(over.debug).toMatchObject({ session: null, ended: { run: 3 }, transcript: [{ output: '{…}' }] })
  })

  it('stands for people in the innermost frame of the room’s files', () => {
    const stop = session(stopped(1, 2, { frameId: 2 }))?.stop
    expect(stop && standingFrame(stop)?.name).toBe('<module>')
  })

  it('that the driver moves keeps the driver from being taken over', () => {
    const drives = {
      type: 'control.changed',
      control: {
        stdin: null,
        debug: 'p1',
        requests: { stdin: [], debug: [] },
        acted_at: { stdin: null, debug: 0 },
      },
    }
    const moved = { type: 'debug.continued', run: 3, by: 'p1' }
    expect(after(starting, drives, moved).control.acted_at.debug).toBe(2)
  })

  it('has a console that does not grow without end', () => {
    const said = Array.from({ length: 1200 }, (_, n) => ({
      type: 'debug.output',
      run: 3,
      category: 'console',
      output: `${n}`,
    }))
    expect(session(...said)?.console.length).toBe(1000)
    expect(session(...said)?.console.at(-1)?.output).toBe('1199')
  })
})

function helloFields() {
  const { you, room, participants, permissions, runs, control, runtimes } = after()
  return { you, room, participants, permissions, runs, control, runtimes, generation: 'first' }
}

describe('what a page looks at', () => {
  it('is the frame where the program stands, until another is chosen, until the next stop', () => {
    const local = createLocal()
    expect(shownFrame(session(stopped(1)) ?? null, local.getState())?.name).toBe('inner')
    local.setState({ looked: { stop: 1, thread: 7, frame: 2 } })
    expect(shownFrame(session(stopped(1)) ?? null, local.getState())?.name).toBe('<module>')
    expect(shownFrame(session(stopped(1), stopped(2)) ?? null, local.getState())?.name).toBe('inner')
    expect(shownFrame(null, local.getState())).toBeUndefined()
  })

  it('decides which thread steps', () => {
    const local = createLocal()
    const present = session(stopped(1))
    if (!present) throw new Error('no session')
    expect(shownThread(present, local.getState())).toBe(7)
    local.setState({ looked: { stop: 1, thread: 8, frame: 2 } })
    expect(shownThread(present, local.getState())).toBe(8)
  })
})

describe('words', () => {
  const stop = session(stopped(1))?.stop
  if (!stop) throw new Error('no stop')

  it('say where and why it stands', () => {
    expect(stopWords(stop, 12)).toBe('Stopped at main.py line 12, breakpoint')
    expect(standingWords(stop)).toBe('Stopped at a breakpoint')
    expect(standingWords({ ...stop, reason: 'pause' })).toBe('Paused')
    expect(standingWords({ ...stop, reason: 'odd', description: 'Paused on await' })).toBe(
      'Stopped, Paused on await',
    )
    expect(stopWords({ ...stop, file: null, reason: 'pause' }, 1)).toBe(
      'Stopped at a place outside of the room’s files, paused',
    )
    const exception = { ...stop, reason: 'exception', description: 'ValueError', text: 'not a number' }
    expect(reasonWords(exception)).toBe('ValueError: not a number')
    expect(reasonWords({ ...exception, text: 'ValueError: no' })).toBe('ValueError: no')
    expect(reasonWords({ ...exception, text: null })).toBe('ValueError')
    expect(reasonWords({ ...exception, description: null, text: null })).toBe('exception')
    expect(reasonWords({ ...stop, reason: 'signal', text: 'SIGSEGV' })).toBe(
      'SIGSEGV: an access to memory that is not the program’s',
    )
    expect(reasonWords({ ...stop, reason: 'signal', text: 'SIGUSR1' })).toBe('SIGUSR1')
    expect(reasonWords({ ...stop, reason: 'signal', text: null })).toBe('signal')
    expect(reasonWords({ ...stop, reason: 'odd', description: 'Paused on await' })).toBe('Paused on await')
  })

  it('say why Debug cannot be pressed', () => {
    const usual = {
      permissions: { debug: true },
      connected: true,
      runtime,
      session: null,
      participants: [ada, bob],
    }
    expect(startHurdle(usual)).toBeUndefined()
    expect(startHurdle({ ...usual, permissions: { debug: false } })).toBe('Viewers cannot debug')
    expect(startHurdle({ ...usual, session: { by: 'p2' } })).toContain('Bob is debugging already')
    expect(startHurdle({ ...usual, runtime: { ...runtime, debug: false } })).toBe(
      'Python 3.13 cannot be debugged here',
    )
    expect(startHurdle({ ...usual, connected: false })).toBe('Not connected')
  })

  it('say why a step would be refused', () => {
    const { you, permissions, participants, control } = after({
      type: 'participant.joined',
      participant: bob,
    })
    const driving = { you, permissions, participants, control: { ...control, debug: 'p2' }, everybody: false }
    expect(stepHurdle(driving)).toBe('Bob is driving: ask for control to step')
    expect(stepHurdle({ ...driving, everybody: true })).toBeUndefined()
    expect(stepHurdle({ ...driving, control: { ...control, debug: null } })).toBeUndefined()
    expect(stepHurdle({ ...driving, control: { ...control, debug: 'p1' } })).toBeUndefined()
    expect(stepHurdle({ ...driving, permissions: { ...permissions, debug: false } })).toBe(
      'Viewers cannot step',
    )
  })

  it('tell the time that is left', () => {
    expect([400, 48_000, 61_000].map(timeLeft)).toEqual(['1 s', '48 s', '2 min'])
  })
})

describe('values of the last stop', () => {
  it('are remembered by name, so that what has changed is told', () => {
    const values = new ValueMemory()
    expect(values.note(at(1), 'f/x', '1')).toBe(false)
    expect(values.note(at(1), 'f/x', '1')).toBe(false)
    expect(values.note(at(2), 'f/x', '2')).toBe(true)
    expect(values.note(at(2), 'f/x', '2')).toBe(true)
    expect(values.note(at(2), 'f/y', '0')).toBe(false)
    expect(values.note(at(3), 'f/x', '2')).toBe(false)
    // What it was at a stop that was not shown, and in another run, is not known.
    expect(values.note(at(5), 'f/x', '3')).toBe(false)
    expect(values.note(at(6, 2), 'f/x', '4')).toBe(false)
  })
})

it('a run that is no debug session leaves the debugger as it is', () => {
  const state = after({ type: 'run.started', run: runOf(9, 'running') })
  expect(state.debug.session).toBeNull()
})
