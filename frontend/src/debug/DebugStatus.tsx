import { outcomeWords } from '../runs/words'
import { useLive } from '../app/useRoom'
import { placeOf, useFollowStop } from './followStop'
import { useDrivingNews } from './useDrivingNews'
import { useLocal, useRunningText, useSession, useStanding } from './useDebug'
import { useRoom } from '../app/useRoom'
import { standingFrame } from './session'
import { stopWords } from './words'

/** Goes along with the program, and tells screen readers where it stands. Always there, seen by nobody. */
export function DebugStatus() {
  useFollowStop()
  useDrivingNews()
  const words = useStatusWords()
  const said = useLocal((local) => local.said)
  return (
    <>
      <p className="sr-only" role="status" data-testid="debug-status">
        {words}
      </p>
      <p className="sr-only" role="status">
        {said}
      </p>
    </>
  )
}

function useStatusWords(): string {
  const { debug } = useRoom()
  const session = useSession()
  const standing = useStanding()
  const ended = useLive((state) => state.debug.ended)
  const run = useLive((state) => state.runs.find(({ number }) => number === ended?.run))
  useRunningText()
  if (!session) return ended ? `Debugging ended${run ? `: ${outcomeWords(run).text}` : ''}` : ''
  if (session.state === 'starting') return 'Starting the debugger'
  if (!standing || !session.stop) return 'Running'
  const place = placeOf(debug, standingFrame(session.stop))
  const words = stopWords(session.stop, place?.line ?? session.stop.line ?? 0)
  // The same words anew are a change that is told: a loop comes back to its breakpoint.
  return session.stop.stop % 2 ? words : `${words}\u00a0`
}
