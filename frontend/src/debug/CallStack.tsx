import { useRoom } from '../app/useRoom'
import { goTo, placeOf } from './followStop'
import { shownThread } from './localState'
import type { Frame, Thread } from './protocol'
import type { DebugSession } from './session'
import { Tree, type TreeRow } from './Tree'
import { useLocal, useRunningText, useSeen, useSession, useShownFrame } from './useDebug'

interface StackRow extends TreeRow {
  thread: number
  /** Undefined for the thread's own row. */
  frame: Frame | undefined
  words: string
}

/** The frames of each thread. Choosing one moves nobody else. */
export function CallStack() {
  const { room, view, debug } = useRoom()
  const session = useSession()
  const shown = useShownFrame()
  const local = useLocal((state) => state)
  const text = useRunningText()
  const seen = useSeen()
  if (!session?.stop || seen === 'gone') return <p className="debug-none">No stack while the program runs.</p>
  const rows = stackRows(session, local.frames, local.expanded)
  const thread = shownThread(session, local)

  const look = (row: StackRow) => {
    if (row.frame) {
      debug.look(row.thread, row.frame)
      goTo(placeOf(debug, row.frame), room, view)
    } else toggle(row, !row.expanded)
  }
  const toggle = (row: StackRow, open: boolean) => {
    if (open && row.thread !== session.stop?.threadId) void debug.frames(row.thread)
    debug.local.setState(({ expanded }) => ({ expanded: new Map([...expanded, [row.path, open]]) }))
  }
  return (
    <Tree
      label="Call stack"
      rows={rows}
      dimmed={seen === 'dimmed'}
      selected={shown && `${thread} ${shown.id}`}
      onToggle={toggle}
      onSelect={look}
    >
      {({ frame, words }) =>
        frame ? (
          <FrameLine frame={frame} line={placeOf(debug, frame)?.line ?? frame.line} known={!!text} />
        ) : (
          <span className="debug-scope">{words}</span>
        )
      }
    </Tree>
  )
}

function FrameLine({ frame, line, known }: { frame: Frame; line: number; known: boolean }) {
  const name = frame.file?.slice(frame.file.lastIndexOf('/') + 1)
  return (
    <>
      <span className="debug-frame" data-outside={frame.file === null || undefined}>
        {frame.name}
      </span>
      <small title={frame.file ?? 'Outside of the room’s files'}>
        {name ? `${name}:${known ? line : frame.line}` : 'outside'}
      </small>
    </>
  )
}

/** One thread's frames alone; several threads each as a branch, the one that stopped open. */
function stackRows(
  session: DebugSession,
  others: Record<number, Frame[]>,
  expanded: ReadonlyMap<string, boolean>,
): StackRow[] {
  const { stop } = session
  if (!stop) return []
  const framesOf = (id: number) => (id === stop.threadId ? stop.frames : (others[id] ?? []))
  if (stop.threads.length < 2) return frameRows(stop.threadId, stop.frames, 1)
  return stop.threads.flatMap((thread) => {
    const row = threadRow(thread, expanded.get(`thread ${thread.id}`) ?? thread.id === stop.threadId)
    return row.expanded ? [row, ...frameRows(thread.id, framesOf(thread.id), 2)] : [row]
  })
}

function threadRow({ id, name }: Thread, expanded: boolean): StackRow {
  return {
    path: `thread ${id}`,
    level: 1,
    expandable: true,
    expanded,
    thread: id,
    frame: undefined,
    words: name || `Thread ${id}`,
  }
}

function frameRows(thread: number, frames: readonly Frame[], level: number): StackRow[] {
  return frames.map((frame) => ({
    path: `${thread} ${frame.id}`,
    level,
    expandable: false,
    expanded: false,
    thread,
    frame,
    words: frame.name,
  }))
}
