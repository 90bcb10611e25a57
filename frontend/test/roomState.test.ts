import { describe, expect, it } from 'vitest'
import type { RoomEvent } from '../src/api/types'
import { activeRun, reduce } from '../src/collab/roomState'
import { ada, after, bob, runOf, runtime } from './room'

describe('the room by its events', () => {
  it('is whole after hello, runs in their order', () => {
    const state = after()
    expect(state.present).toBe(true)
    expect(state.runs.map((run) => run.number)).toEqual([1, 2])
    expect(activeRun(state.runs)?.number).toBe(2)
  })

  it('follows people', () => {
    const joined = { type: 'participant.joined', participant: bob }
    expect(after(joined, joined).participants).toEqual([ada, bob])
    expect(after(joined, { type: 'participant.left', participant: bob }).participants).toEqual([ada])
  })

  it('takes an own new role at once', () => {
    const demoted = { ...ada, role: 'viewer' as const }
    const state = after({ type: 'participant.changed', participant: demoted })
    expect(state.you.role).toBe('viewer')
    expect(state.permissions.edit).toBe(false)
  })

  it('follows a run to its end', () => {
    const queued = after({ type: 'run.queued', run: runOf(3, 'queued') })
    expect(activeRun(queued.runs)?.number).toBe(3)
    const done = after(
      { type: 'run.finished', run: runOf(2, 'finished') },
      { type: 'run.finished', run: runOf(3, 'finished') },
    )
    expect(done.runs).toHaveLength(3)
    expect(activeRun(done.runs)).toBeUndefined()
  })

  it('knows who types, and how far an image is', () => {
    const typed = after({ type: 'run.input', run: runOf(2, 'running'), by: 'p2', bytes: 3 })
    expect(typed.typing).toEqual({ run: 2, by: 'p2', at: 0 })
    const built = after({ type: 'runtime.changed', runtime, state: 'building', percent: 40, line: 'x' })
    expect(built.builds['python-3.13']).toEqual({ state: 'building', percent: 40, line: 'x' })
    expect(built.runtimes[0]?.state).toBe('building')
  })

  it('passes over events that it does not know', () => {
    const state = after()
    expect(reduce(state, { seq: 9, at: 0, type: 'debug.stopped' } as unknown as RoomEvent)).toBe(state)
  })
})
