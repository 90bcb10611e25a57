/** The room's debug session as the server states it: one fold over its events. */
import type { Run } from '../api/types'
import type {
  Capabilities,
  ConsoleEntry,
  DebugEvent,
  DebugSnapshot,
  Exceptions,
  Scope,
  Stop,
  Variable,
  Verification,
} from './protocol'

export interface DebugSession {
  state: 'starting' | 'running' | 'stopped'
  run: number
  /** Who started it. */
  by: string
  capabilities: Capabilities
  exceptions: Exceptions
  breakpoints: Verification[]
  console: ConsoleEntry[]
  /** When it is ended by the server, in ms since the epoch. */
  deadline: number | null
  /** The last stop; while the program runs on it is a memory, shown until it is clear that it will not stop at once. */
  stop: Stop | null
  scopes: Record<string, Scope[]>
  variables: Record<string, Variable[]>
  /** Counts changes of what had been read: somebody has set a variable. */
  revision: number
}

export interface DebugEnding {
  run: number
  outcome: string | null
}

export interface DebugState {
  session: DebugSession | null
  /** How the last session of this visit ended. */
  ended: DebugEnding | null
  /** What the console of that session said. */
  transcript: ConsoleEntry[]
}

export const noDebug: DebugState = { session: null, ended: null, transcript: [] }

const ENTRIES_KEPT = 1000

const numberOf = (run: number | Run): number => (typeof run === 'number' ? run : run.number)

/** The state that a newcomer's snapshot describes. */
export function snapshotState(snapshot: DebugSnapshot | null | undefined): DebugState {
  if (!snapshot) return noDebug
  return { ...noDebug, session: sessionOf(snapshot, snapshot.state) }
}

function sessionOf(snapshot: Omit<DebugSnapshot, 'state'>, state: DebugSession['state']) {
  const capabilities = snapshot.capabilities ?? {}
  const session: DebugSession = {
    state,
    run: numberOf(snapshot.run),
    by: snapshot.by,
    capabilities,
    exceptions: snapshot.exceptions ?? {
      filters: capabilities.exceptionBreakpointFilters ?? [],
      chosen: [],
    },
    breakpoints: snapshot.breakpoints ?? [],
    console: snapshot.console ?? [],
    deadline: snapshot.deadline ?? null,
    stop: stopOf(snapshot),
    scopes: snapshot.scopes ?? {},
    variables: snapshot.variables ?? {},
    revision: 0,
  }
  return session
}

function stopOf(from: Partial<Stop>): Stop | null {
  if (from.stop === undefined || from.stop === null || !from.frames) return null
  const { stop, reason = 'pause', description, text, threadId = 0, file = null, line = 0, column } = from
  return {
    stop,
    reason,
    description: description ?? null,
    text: text ?? null,
    threadId,
    file,
    line,
    ...(column === undefined ? {} : { column }),
    frames: from.frames,
    threads: from.threads ?? [],
  }
}

export function reduceDebug(state: DebugState, event: DebugEvent): DebugState {
  if (event.type === 'debug.starting') return started(state, event)
  const { session } = state
  if (!session) return state
  if (event.type === 'debug.ended') {
    const ended = { run: numberOf(event.run), outcome: event.outcome }
    return { session: null, ended, transcript: session.console }
  }
  return { ...state, session: reduceSession(session, event) }
}

function started(state: DebugState, event: Extract<DebugEvent, { type: 'debug.starting' }>): DebugState {
  const session = sessionOf(event, 'starting')
  const { session: before } = state
  // Said again for the same run once the adapter has told what it can do, and when it is restarted.
  if (before?.run !== session.run) return { ...noDebug, session }
  return {
    ...state,
    session: { ...session, console: before.console, breakpoints: session.breakpoints },
  }
}

type Within = Exclude<DebugEvent, { type: 'debug.starting' | 'debug.ended' }>

function reduceSession(session: DebugSession, event: Within): DebugSession {
  switch (event.type) {
    case 'debug.stopped':
      return {
        ...session,
        state: 'stopped',
        stop: stopOf(event),
        deadline: event.deadline ?? session.deadline,
        scopes: {},
        variables: {},
      }
    case 'debug.continued':
      return {
        ...session,
        state: 'running',
        deadline: event.deadline ?? session.deadline,
      }
    case 'debug.output': {
      const { category, output, by, expression } = event
      const entry: ConsoleEntry = {
        category,
        output,
        ...(by ? { by } : {}),
        ...(expression ? { expression } : {}),
      }
      return { ...session, console: [...session.console, entry].slice(-ENTRIES_KEPT) }
    }
    case 'debug.breakpoints':
      return { ...session, breakpoints: event.breakpoints }
    case 'debug.variables':
      return withVariables(session, event.stop, event.variablesReference, event.variables)
    default:
      return session
  }
}

/** Keeps what was read; an answer about an earlier stop is worth nothing. */
export function withVariables(
  session: DebugSession,
  stop: number,
  reference: number,
  variables: Variable[],
): DebugSession {
  if (session.stop?.stop !== stop) return session
  const before = session.variables[reference]
  const same = before && JSON.stringify(before) === JSON.stringify(variables)
  if (same) return session
  const revision = before ? session.revision + 1 : session.revision
  return { ...session, revision, variables: { ...session.variables, [reference]: variables } }
}

export function withScopes(
  session: DebugSession,
  stop: number,
  frame: number,
  scopes: Scope[],
): DebugSession {
  if (session.stop?.stop !== stop) return session
  return { ...session, scopes: { ...session.scopes, [frame]: scopes } }
}
