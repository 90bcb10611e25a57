/** What this page alone shows of the session; each person has an own one. */
import { createStore, type StoreApi } from 'zustand/vanilla'
import type { Frame } from './protocol'
import { standingFrame, type DebugSession } from './session'

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
  /** The stop that this page has moved on from and the server has not yet answered. */
  moving: number | null
  /** The editor goes where the program stops. */
  following: boolean
  /** A frame other than the one where it stands. */
  looked: Looked | null
  /** Frames of other threads at this stop, by thread. */
  frames: Record<number, Frame[]>
  /** Branches of the variables opened and closed, by path; they stay so from stop to stop. */
  expanded: ReadonlyMap<string, boolean>
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
    const all = looked.thread === stop.threadId ? stop.frames : (local.frames[looked.thread] ?? [])
    const frame = all.find((one) => one.id === looked.frame)
    if (frame) return frame
  }
  return standingFrame(stop)
}

/** The thread that steps are about. */
export function shownThread(session: DebugSession, local: LocalDebug): number {
  const { looked } = local
  return looked?.stop === session.stop?.stop && looked ? looked.thread : (session.stop?.threadId ?? 0)
}
