/** A room as the server tells of it, for tests. */
import type { Control, HelloEvent, Participant, RoomEvent, Run } from '../src/api/types'
import { initialState, noPackages, permissionsOf, reduce, type RoomState } from '../src/collab/roomState'

export const ada: Participant = { id: 'p1', name: 'Ada', role: 'editor', color: '#aa0000' }
export const bob: Participant = { id: 'p2', name: 'Bob', role: 'viewer', color: '#00aa00' }
export const room = { id: 'r', title: 'Room', runtime: 'python-3.13', created_at: 0 }
export const runtime = {
  id: 'python-3.13',
  language: 'python',
  name: 'Python',
  version: '3.13',
  extensions: ['.py'],
  entry: 'main.py',
  monaco: 'python',
  debug: true,
  packages: true,
  state: 'missing' as const,
}

export function runOf(number: number, state: Run['state']): Run {
  return {
    number,
    state,
    runtime: 'python-3.13',
    entry: 'main.py',
    args: [],
    tty: true,
    by: 'p1',
    by_name: 'Ada',
    queued_at: 0,
    started_at: null,
    finished_at: null,
    outcome: null,
    exit_code: null,
    text_hash: '',
    state_vector: '',
    output_bytes: 0,
    kept_bytes: 0,
    artefacts: [],
    missed_files: 0,
    position: null,
    input_open: state !== 'finished',
    cols: 80,
    rows: 24,
  }
}

export const free: Control = {
  stdin: null,
  debug: null,
  requests: { stdin: [], debug: [] },
  acted_at: { stdin: null, debug: null },
}

export const hello: HelloEvent = {
  seq: 1,
  at: 0,
  type: 'hello',
  you: ada,
  room,
  generation: 'first',
  participants: [ada],
  permissions: permissionsOf('editor'),
  runs: [runOf(2, 'running'), runOf(1, 'finished')],
  control: free,
  runtimes: [runtime],
  packages: noPackages,
  debug: null,
}

/** The room's state after these events. */
export function after(...events: object[]): RoomState {
  let state = reduce(initialState(ada, room), hello)
  for (const [index, event] of events.entries()) {
    state = reduce(state, { seq: index + 2, at: index, ...event } as RoomEvent)
  }
  return state
}
