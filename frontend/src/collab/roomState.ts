import type {
  Control,
  Controlled,
  ImageState,
  Packages,
  Participant,
  Permissions,
  Role,
  RoomEvent,
  RoomInfo,
  Run,
  Runtime,
} from '../api/types'
import type { DebugEvent } from '../debug/protocol'
import { noDebug, reduceDebug, snapshotState, type DebugState } from '../debug/session'

export interface ImageBuild {
  state: ImageState
  percent: number | null
  layer: string | null
  line: string | null
}

export interface Typing {
  run: number
  by: string
  at: number
}

/** What everybody in the room sees, as the server states it. */
export interface RoomState {
  /** The server's snapshot has come. */
  present: boolean
  you: Participant
  room: RoomInfo
  participants: Participant[]
  permissions: Permissions
  runs: Run[]
  control: Control
  runtimes: Runtime[]
  builds: Record<string, ImageBuild>
  typing: Typing | null
  packages: Packages
  debug: DebugState
}

const RUNS_KEPT = 100

export const noPackages: Packages = {
  packages: [],
  state: 'ready',
  percent: 100,
  received_bytes: 0,
  line: '',
  error: null,
  runtime: null,
  requirements: [],
  by: null,
  by_name: null,
}

export function permissionsOf(role: Role): Permissions {
  const writes = role !== 'viewer'
  return { edit: writes, run: writes, debug: writes, install: writes, manage: role === 'owner' }
}

export function initialState(you: Participant, room: RoomInfo): RoomState {
  return {
    present: false,
    you,
    room,
    participants: [you],
    permissions: permissionsOf(you.role),
    runs: [],
    control: {
      stdin: null,
      debug: null,
      requests: { stdin: [], debug: [] },
      acted_at: { stdin: null, debug: null },
    },
    runtimes: [],
    builds: {},
    typing: null,
    packages: noPackages,
    debug: noDebug,
  }
}

/** The state after one event; the same object when nothing that is shown has changed. */
export function reduce(state: RoomState, event: RoomEvent): RoomState {
  switch (event.type) {
    case 'hello': {
      const { you, room, participants, permissions, control, runtimes, packages } = event
      const runs = event.runs.toSorted((a, b) => a.number - b.number)
      const debug = snapshotState(event.debug, state.debug)
      const shown = { you, room, participants, permissions, runs, control, runtimes, packages, debug }
      return { ...state, ...shown, present: true }
    }
    case 'participant.joined':
    case 'participant.changed':
      return withParticipant(state, event.participant)
    case 'participant.left':
      return {
        ...state,
        participants: state.participants.filter((one) => one.id !== event.participant.id),
      }
    case 'room.changed':
      return { ...state, room: event.room }
    case 'run.queued':
    case 'run.preparing':
    case 'run.started':
    case 'run.resized':
    case 'run.finished':
    case 'run.artefacts':
      return { ...state, runs: withRun(state.runs, event.run) }
    case 'run.input':
      return {
        ...state,
        typing: { run: event.run.number, by: event.by, at: event.at },
        control: actedBy(state.control, 'stdin', event.by, event.at),
      }
    case 'runtime.changed':
      return withRuntime(state, event)
    case 'control.changed':
      return { ...state, control: event.control }
    case 'packages.changed': {
      const { seq: _seq, at: _at, type: _type, packages = state.packages.packages, ...change } = event
      return { ...state, packages: { packages, ...change } }
    }
    case 'notice':
      return state
    default:
      return isDebug(event) ? withDebug(state, event) : state
  }
}

/** A holder who goes on using what they hold keeps it; the server tells of it by what they do. */
export function actedBy(control: Control, what: Controlled, by: string, at: number): Control {
  return control[what] === by ? { ...control, acted_at: { ...control.acted_at, [what]: at } } : control
}

function withDebug(state: RoomState, event: DebugEvent & { at: number }): RoomState {
  const debug = reduceDebug(state.debug, event)
  if (debug === state.debug) return state
  if (event.type !== 'debug.continued' || !event.by) return { ...state, debug }
  return { ...state, debug, control: actedBy(state.control, 'debug', event.by, event.at) }
}

const isDebug = ({ type }: { type: string }) => type.startsWith('debug.')

function withParticipant(state: RoomState, changed: Participant): RoomState {
  const known = state.participants.some((one) => one.id === changed.id)
  const participants = known
    ? state.participants.map((one) => (one.id === changed.id ? changed : one))
    : [...state.participants, changed]
  if (changed.id !== state.you.id) return { ...state, participants }
  return { ...state, participants, you: changed, permissions: permissionsOf(changed.role) }
}

function withRun(runs: Run[], changed: Run): Run[] {
  const at = runs.findIndex((run) => run.number === changed.number)
  if (at >= 0) return runs.with(at, changed)
  return [...runs, changed].toSorted((a, b) => a.number - b.number).slice(-RUNS_KEPT)
}

function withRuntime(state: RoomState, event: Extract<RoomEvent, { type: 'runtime.changed' }>): RoomState {
  const runtime = { ...event.runtime, state: event.state }
  return {
    ...state,
    runtimes: state.runtimes.map((one) => (one.id === runtime.id ? runtime : one)),
    builds: {
      ...state.builds,
      [runtime.id]: {
        state: event.state,
        percent: event.percent,
        layer: event.layer,
        line: event.line,
      },
    },
  }
}

export const isActive = (run: Run): boolean => run.state !== 'finished'

/** The run that Stop and the keyboard act on: the newest that has not finished. */
export function activeRun(runs: Run[]): Run | undefined {
  return runs.findLast(isActive)
}
