import type { DebugSession } from './session'
import { useStanding } from './useDebug'
import { isFailure, reasonWords } from './words'

/** What has gone wrong where the program stands, at length. */
export function Failure({ session }: { session: DebugSession }) {
  const standing = useStanding()
  if (!standing || !session.stop || !isFailure(session.stop)) return null
  return (
    <p className="debug-exception" data-testid="debug-exception">
      {reasonWords(session.stop)}
    </p>
  )
}
