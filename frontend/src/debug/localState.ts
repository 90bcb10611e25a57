/** What this page alone shows of the session; each person has an own one. */
import { createStore, type StoreApi } from 'zustand/vanilla'
import type { Frame, Stop } from './protocol'
import { standingFrame, type DebugSession } from './session'

/** A thread's frames from the innermost on, as far as they were read. */
export interface ReadFrames {
  list: readonly Frame[]
  /** There are others further out. */
  more: boolean
}

/** How one goes on from a stop. */
export type Move = 'continue' | 'next' | 'stepIn' | 'stepOut' | 'stepBack'

export interface Looked {
  stop: number
  thread: number
  frame: number
}

/** A place in a file at which the editor of a breakpoint is open, in pixels of the window. */
export interface EditedBreakpoint {
  file: string
  line: number
  x: number
  y: number
}

export interface LocalDebug {
  /** The side panel is open on a wide screen. */
  panel: boolean
  /** Start was pressed and the server has not yet answered. */
  starting: boolean
  /** The stop that this page has moved on from and the server has not yet answered, and by what. */
  moving: { stop: number; by: Move | 'runToCursor' } | null
  /** The editor goes where the program stops. */
  following: boolean
  /** A frame other than the one where it stands. */
  looked: Looked | null
  /** Frames at this stop that the room was not told of, by thread: another's, or those further out. */
  frames: Record<number, ReadFrames>
  /** Branches of the variables opened and closed, by path; they stay so from stop to stop. */
  expanded: ReadonlyMap<string, boolean>
  /** Why parts of variables could not be read at a stop, by their keys. */
  unread: { stop: number | undefined; reasons: ReadonlyMap<string, string> }
  edited: EditedBreakpoint | null
  /** What a screen reader is told of the own last act. */
  said: string
}

export type Local = StoreApi<LocalDebug>

export function createLocal(): Local {
  return createStore<LocalDebug>(() => ({
    panel: false,
    starting: false,
    moving: null,
    following: true,
    looked: null,
    frames: {},
    expanded: new Map(),
    unread: { stop: undefined, reasons: new Map() },
    edited: null,
    said: '',
  }))
}

/** The frame that this page shows: the one it looks at, else the one where the program stands. */
export function shownFrame(session: DebugSession | null, local: LocalDebug): Frame | undefined {
  const stop = session?.stop
  if (!stop) return undefined
  const { looked } = local
  if (looked?.stop === stop.stop) {
    const { list } = framesOf(stop, looked.thread, local.frames)
    const frame = list.find((one) => one.id === looked.frame)
    if (frame) return frame
  }
  return standingFrame(stop)
}

/** So many frames of the thread that stopped is the room told of, at most. */
const FRAMES_TOLD = 50

/** What is known of a thread's frames. */
export function framesOf(stop: Stop, thread: number, read: LocalDebug['frames']): ReadFrames {
  const known = read[thread]
  if (known) return known
  if (thread !== stop.threadId) return { list: [], more: false }
  // Some debuggers count frames that they don't show.
  const more = stop.frames.length >= FRAMES_TOLD && (stop.totalFrames ?? 0) > stop.frames.length
  return { list: stop.frames, more }
}

/** The thread that steps are about. */
export function shownThread(session: DebugSession, local: LocalDebug): number {
  const { looked } = local
  return looked?.stop === session.stop?.stop && looked ? looked.thread : (session.stop?.threadId ?? 0)
}
