/** The call stack as the rows that are on the screen. */
import { framesOf, type LocalDebug } from './localState'
import type { Frame, Stop, Thread } from './protocol'
import type { TreeRow } from './Tree'

export interface StackRow extends TreeRow {
  kind: 'thread' | 'frame' | 'outside' | 'more'
  thread: number
  /** Of a frame's row alone. */
  frame?: Frame
  words: string
}

/** One thread's frames alone; several threads each as a branch, the one that stopped open. */
export function stackRows(
  stop: Stop,
  { frames, expanded }: Pick<LocalDebug, 'frames' | 'expanded'>,
): StackRow[] {
  const rowsOf = (thread: number, level: number) => {
    const { list, more } = framesOf(stop, thread, frames)
    return [...frameRows(thread, list, level, expanded), ...(more ? [moreRow(thread, level)] : [])]
  }
  if (stop.threads.length < 2) return rowsOf(stop.threadId, 1)
  return stop.threads.flatMap((thread) => {
    const row = threadRow(thread, expanded.get(`thread ${thread.id}`) ?? thread.id === stop.threadId)
    return row.expanded ? [row, ...rowsOf(thread.id, 2)] : [row]
  })
}

function threadRow({ id, name }: Thread, expanded: boolean): StackRow {
  return {
    kind: 'thread',
    path: `thread ${id}`,
    level: 1,
    expandable: true,
    expanded,
    thread: id,
    // Delve stars the one that is shown anyway.
    words: name.replace(/^\* /, '') || `Thread ${id}`,
  }
}

/** Several frames on end that are in no file of the room are one row until somebody opens it. */
function frameRows(
  thread: number,
  frames: readonly Frame[],
  level: number,
  expanded: ReadonlyMap<string, boolean>,
): StackRow[] {
  const isAllOutside = frames.every(({ file }) => file === null)
  return runsOf(frames).flatMap((run, index) => {
    if (run.length < 2 || run[0]?.file !== null || isAllOutside) {
      return run.map((frame) => frameRow(thread, frame, level))
    }
    const path = `outside ${thread} ${index}`
    const row: StackRow = {
      kind: 'outside',
      path,
      level,
      expandable: true,
      expanded: expanded.get(path) ?? false,
      thread,
      words: `${run.length} frames outside of the room’s files`,
    }
    return row.expanded ? [row, ...run.map((frame) => frameRow(thread, frame, level + 1))] : [row]
  })
}

/** Neighbours that are outside of the room's files together, all others alone. */
function runsOf(frames: readonly Frame[]): Frame[][] {
  const runs: Frame[][] = []
  for (const frame of frames) {
    const last = runs.at(-1)
    if (last && last[0]?.file === null && frame.file === null) last.push(frame)
    else runs.push([frame])
  }
  return runs
}

function frameRow(thread: number, frame: Frame, level: number): StackRow {
  const path = `${thread} ${frame.id}`
  return { kind: 'frame', path, level, expandable: false, expanded: false, thread, frame, words: frame.name }
}

function moreRow(thread: number, level: number): StackRow {
  const path = `more ${thread}`
  return { kind: 'more', path, level, expandable: false, expanded: false, thread, words: 'Show more frames' }
}
