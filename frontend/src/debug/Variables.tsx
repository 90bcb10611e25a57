import { useEffect } from 'react'
import { useRoom } from '../app/useRoom'
import { useLocal, useSeen, useSession, useShownFrame } from './useDebug'
import { useUnread } from './useUnread'
import { ValueTree } from './ValueTree'
import { scopeRows } from './variableRows'

/** What the shown frame holds, read as it is opened and kept for the whole room. */
export function Variables() {
  const { debug } = useRoom()
  const session = useSession()
  const frame = useShownFrame()
  const expanded = useLocal((local) => local.expanded)
  const unread = useUnread()
  const stop = session?.stop
  const scopes = frame && session?.scopes[frame.id]

  useEffect(() => {
    if (frame && !scopes) void debug.scopes(frame.id)
  }, [debug, frame, scopes])

  const depth = stop && frame ? stop.frames.length - stop.frames.indexOf(frame) : 0
  const root = `${frame?.name} ${depth}`
  const rows = session && scopes ? scopeRows(scopes, root, { ...session, expanded, unread }) : []
  const seen = useSeen()
  if (!session || !frame || seen === 'gone')
    return <p className="debug-none">Nothing to see while the program runs.</p>
  if (!scopes) return <p className="debug-none">Reading…</p>
  if (scopes.length === 0) return <p className="debug-none">This frame holds nothing.</p>
  return <ValueTree label="Variables" rows={rows} dimmed={seen === 'dimmed'} />
}
