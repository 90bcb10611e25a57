/** The room's debug session as the server states it: one fold over its events. */
import { keepOpened, type Opened } from './consoleValues'
import { partKey, partOf, type Part } from './parts'
import type {
  Capabilities,
  ConsoleEntry,
  DebugEvent,
  DebugSnapshot,
  Evaluation,
  Exceptions,
  Frame,
  Scope,
  Stop,
  Variable,
  Verification,
  Watched,
} from './protocol'

export interface DebugSession {
  state: 'starting' | 'running' | 'stopped'
  run: number
  /** Who started it. */
  by: string
  capabilities: Capabilities
  exceptions: Exceptions
  breakpoints: Verification[]
  console: readonly SaidEntry[]
  /** What was opened of the console's values at earlier stops. */
  opened: Opened
  /** When it is ended by the server, in ms since the epoch. */
  deadline: number | null
  /** The last stop; while the program runs on it is a memory, shown until it is clear that it will not stop at once. */
  stop: Stop | null
  /** What has been read at the stop: scopes by frame, variables by their part's key. */
  scopes: Record<string, Scope[]>
  variables: Record<string, Variable[]>
  /** By frame and expression: see `evaluationKey`. */
  evaluations: Record<string, Evaluation>
  /** What the room watches, by expression: of this stop, or of the one before for as long as there is nothing newer. */
  watched: { stop: number | undefined; values: Readonly<Record<string, Watched>> }
  /** Counts what may have changed values that had been read: somebody has set or evaluated something. */
  revision: number
}

/** An entry of the console, numbered as it came. */
export type SaidEntry = ConsoleEntry & { id: number }

export interface DebugEnding {
  run: number
  outcome: string | null
}

export interface DebugState {
  session: DebugSession | null
  /** How the last session of this visit ended. */
  ended: DebugEnding | null
  /** What the console of that session said, and what was opened of it. */
  transcript: readonly SaidEntry[]
  opened: Opened
}

export const noDebug: DebugState = { session: null, ended: null, transcript: [], opened: {} }

const ENTRIES_KEPT = 1000
const NOTHING_READ = { scopes: {}, variables: {}, evaluations: {} }

/**
 * The state that a newcomer's snapshot describes.
 *
 * @param before What was known here before the connection was lost: the snapshot has no memory of earlier stops.
 */
export function snapshotState(snapshot: DebugSnapshot | null, before: DebugState = noDebug): DebugState {
  if (!snapshot) return before.session ? endedState(before.session, null) : before
  const { state, run, by, capabilities, exceptions, breakpoints, console, deadline } = snapshot
  const session: DebugSession = {
    state,
    run,
    by,
    capabilities,
    exceptions,
    breakpoints,
    console: console.map((entry, id) => ({ ...entry, id })),
    opened: before.session?.run === run ? openedNow(before.session) : {},
    deadline,
    ...NOTHING_READ,
    stop: stopOf(snapshot),
    watched: { stop: snapshot.stop, values: byExpression(snapshot.watches ?? []) },
    scopes: snapshot.scopes ?? {},
    variables: snapshot.variables ?? {},
    revision: 0,
  }
  return { ...noDebug, session }
}

function stopOf(from: Partial<Stop>): Stop | null {
  if (from.stop === undefined || !from.frames) return null
  const { stop, reason = 'pause', description, text, threadId = 0, frameId = null } = from
  return {
    stop,
    reason,
    description: description ?? null,
    text: text ?? null,
    threadId,
    frameId,
    file: from.file ?? null,
    line: from.line ?? null,
    frames: from.frames,
    totalFrames: from.totalFrames ?? null,
    threads: from.threads ?? [],
  }
}

/** The frame where the program stands for people: the innermost in a file of the room, else the innermost. */
export function standingFrame({ frames, frameId }: Stop): Frame | undefined {
  return frames.find(({ id }) => id === frameId) ?? frames[0]
}

export function reduceDebug(state: DebugState, event: DebugEvent): DebugState {
  if (event.type === 'debug.starting') return { ...noDebug, session: starting(event) }
  const { session } = state
  if (!session) return state
  if (event.type === 'debug.ended') return endedState(session, event.outcome)
  const next = reduceSession(session, event)
  return next === session ? state : { ...state, session: next }
}

function starting({ run, by }: Extract<DebugEvent, { type: 'debug.starting' }>): DebugSession {
  return {
    state: 'starting',
    run,
    by,
    capabilities: {},
    exceptions: { filters: [], chosen: [] },
    breakpoints: [],
    console: [],
    opened: {},
    deadline: null,
    stop: null,
    watched: { stop: undefined, values: {} },
    ...NOTHING_READ,
    revision: 0,
  }
}

const endedState = (session: DebugSession, outcome: string | null): DebugState => ({
  session: null,
  ended: { run: session.run, outcome },
  transcript: session.console,
  opened: openedNow(session),
})

type Within = Exclude<DebugEvent, { type: 'debug.starting' | 'debug.ended' }>

function reduceSession(session: DebugSession, event: Within): DebugSession {
  switch (event.type) {
    case 'debug.started': {
      const { capabilities, exceptions, deadline } = event
      return { ...session, state: 'running', capabilities, exceptions, deadline }
    }
    case 'debug.stopped':
      return {
        ...session,
        ...NOTHING_READ,
        state: 'stopped',
        stop: stopOf(event),
        opened: openedNow(session),
      }
    case 'debug.continued':
      return { ...session, state: 'running' }
    case 'debug.output':
      return withEntry(session, event)
    case 'debug.breakpoints':
      return { ...session, breakpoints: event.breakpoints }
    case 'debug.scopes':
      return withScopes(session, event.stop, event.frameId, event.scopes)
    case 'debug.variables':
      return withVariables(session, event.stop, event.variablesReference, event.variables, partOf(event))
    case 'debug.evaluated': {
      const { stop, frameId, expression, valueType, ...value } = event
      return withEvaluation(session, stop, evaluationKey(frameId, expression), { ...value, type: valueType })
    }
    case 'debug.watches':
      return withWatched(session, event.stop, event.watches)
    case 'debug.exceptions':
      return { ...session, exceptions: event.exceptions }
    case 'debug.extended':
      return { ...session, deadline: event.deadline }
    default:
      return session
  }
}

/** What was opened of the console's values up to now. */
const openedNow = ({ opened, console, stop, variables }: DebugSession): Opened =>
  keepOpened(opened, console, stop?.stop, variables)

const byExpression = (watches: readonly Watched[]) =>
  Object.fromEntries(watches.map((watched) => [watched.expression, watched]))

function withWatched(session: DebugSession, stop: number, watches: readonly Watched[]): DebugSession {
  if (session.stop?.stop !== stop) return session
  const before = session.watched.stop === stop ? session.watched.values : {}
  return { ...session, watched: { stop, values: { ...before, ...byExpression(watches) } } }
}

function withEntry(session: DebugSession, entry: ConsoleEntry): DebugSession {
  const { category, output, by, expression, failed, valueType } = entry
  const { variablesReference, namedVariables, indexedVariables, stop } = entry
  const inside = { variablesReference, namedVariables, indexedVariables, stop }
  const all = { category, output, by, expression, failed, valueType, ...inside }
  const given = Object.entries(all).filter(([, value]) => value !== undefined)
  const id = (session.console.at(-1)?.id ?? 0) + 1
  const kept = { ...Object.fromEntries(given), id } as SaidEntry
  const revision = category === 'repl' ? session.revision + 1 : session.revision
  return { ...session, revision, console: [...session.console, kept].slice(-ENTRIES_KEPT) }
}

/** Keeps what was read; an answer about an earlier stop is worth nothing. */
export function withVariables(
  session: DebugSession,
  stop: number,
  reference: number,
  variables: Variable[],
  part: Part = 'all',
): DebugSession {
  if (session.stop?.stop !== stop) return session
  const key = partKey(reference, part)
  const before = session.variables[key]
  if (before && JSON.stringify(before) === JSON.stringify(variables)) return session
  const revision = before ? session.revision + 1 : session.revision
  return { ...session, revision, variables: { ...session.variables, [key]: variables } }
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

export const evaluationKey = (frame: number | null | undefined, expression: string) =>
  `${frame ?? ''} ${expression}`

type Evaluated = Omit<Evaluation, 'type'> & { type?: string | undefined }

export function withEvaluation(
  session: DebugSession,
  stop: number,
  key: string,
  { result, type, variablesReference, namedVariables, indexedVariables }: Evaluated,
): DebugSession {
  if (session.stop?.stop !== stop) return session
  const evaluation = {
    result,
    variablesReference,
    ...(type ? { type } : {}),
    ...(namedVariables ? { namedVariables } : {}),
    ...(indexedVariables ? { indexedVariables } : {}),
  }
  return { ...session, evaluations: { ...session.evaluations, [key]: evaluation } }
}
