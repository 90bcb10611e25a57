import { useEffect, useState } from 'react'
import { useRoom } from '../app/useRoom'
import { scopesKey } from './parts'
import type { Frame, Scope } from './protocol'
import type { DebugSession } from './session'
import { useLocal, useSeen, useSession, useShownFrame } from './useDebug'
import { useUnread } from './useUnread'
import { ValueTree } from './ValueTree'
import { scopeRows } from './variableRows'

/** A frame with what has been read of it. */
interface ReadFrame {
  session: DebugSession
  frame: Frame
  scopes: readonly Scope[]
}

/** What the shown frame holds, read as it is opened and kept for the whole room. */
export function Variables() {
  const { debug } = useRoom()
  const session = useSession()
  const frame = useShownFrame()
  const expanded = useLocal((local) => local.expanded)
  const unread = useUnread()
  const seen = useSeen()
  const scopes = frame && session?.scopes[frame.id]

  useEffect(() => {
    if (frame && !scopes) void debug.scopes(frame.id)
  }, [debug, frame, scopes])

  // What was at the last stop stays while this one is read: nothing flickers, and the focus has its row.
  const [last, setLast] = useState<ReadFrame>()
  if (session && frame && scopes && (last?.session !== session || last.frame !== frame)) {
    setLast({ session, frame, scopes })
  }

  if (!session || !frame || seen === 'gone')
    return <p className="debug-none">Nothing to see while the program runs.</p>
  const reason = scopes ? undefined : unread.get(scopesKey(frame.id))
  if (reason !== undefined) {
    return (
      <p className="debug-none" role="alert">
        {reason}{' '}
        <button className="text-button" onClick={() => void debug.scopes(frame.id)}>
          Try again
        </button>
      </p>
    )
  }
  const shown = scopes ? { session, frame, scopes } : last
  if (shown?.session.run !== session.run) return <p className="debug-none">Reading…</p>
  if (shown.scopes.length === 0) return <p className="debug-none">This frame holds nothing.</p>
  const rows = scopeRows(shown.scopes, rootOf(shown), { ...shown.session, expanded, unread })
  return (
    <ValueTree
      label="Variables"
      rows={scopes ? rows : rows.filter(({ kind }) => kind !== 'loading')}
      dimmed={!scopes || seen === 'dimmed'}
    />
  )
}

/** Names the frame the same from stop to stop. */
function rootOf({ session: { stop }, frame }: ReadFrame): string {
  return `${frame.name} ${stop ? stop.frames.length - stop.frames.indexOf(frame) : 0}`
}
