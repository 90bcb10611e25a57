import { useRoom } from '../app/useRoom'
import { goTo, placeOf } from './followStop'
import { shownThread } from './localState'
import type { Frame } from './protocol'
import { stackRows, type StackRow } from './stackRows'
import { Tree } from './Tree'
import { useLocal, useRunningText, useSeen, useSession, useShownFrame } from './useDebug'

/** The frames of each thread. Choosing one moves nobody else. */
export function CallStack() {
  const { room, view, debug } = useRoom()
  const session = useSession()
  const shown = useShownFrame()
  const local = useLocal((state) => state)
  const text = useRunningText()
  const seen = useSeen()
  if (!session?.stop || seen === 'gone') return <p className="debug-none">No stack while the program runs.</p>
  const { stop } = session
  const thread = shownThread(session, local)

  const look = (row: StackRow) => {
    if (row.kind === 'more') void debug.frames(row.thread)
    else if (row.frame) {
      debug.look(row.thread, row.frame)
      goTo(placeOf(debug, row.frame), room, view)
    } else toggle(row, !row.expanded)
  }
  const toggle = (row: StackRow, open: boolean) => {
    if (open && row.kind === 'thread' && row.thread !== stop.threadId && !local.frames[row.thread]) {
      void debug.frames(row.thread)
    }
    debug.local.setState(({ expanded }) => ({ expanded: new Map([...expanded, [row.path, open]]) }))
  }
  return (
    <Tree
      label="Call stack"
      rows={stackRows(stop, local)}
      dimmed={seen === 'dimmed'}
      selected={shown && `${thread} ${shown.id}`}
      onToggle={toggle}
      onSelect={look}
    >
      {({ kind, frame, words }) =>
        frame ? (
          <FrameLine frame={frame} line={placeOf(debug, frame)?.line ?? frame.line} known={!!text} />
        ) : (
          <span className={kind === 'thread' ? 'debug-scope' : 'debug-aside'} title={words}>
            {words}
          </span>
        )
      }
    </Tree>
  )
}

function FrameLine({ frame, line, known }: { frame: Frame; line: number; known: boolean }) {
  const name = frame.file?.slice(frame.file.lastIndexOf('/') + 1)
  return (
    <>
      <span className="debug-frame" data-outside={frame.file === null || undefined} title={frame.name}>
        {frame.name}
      </span>
      <small title={frame.file ?? 'Outside of the room’s files'}>
        {name ? `${name}:${known ? line : frame.line}` : 'outside'}
      </small>
    </>
  )
}
