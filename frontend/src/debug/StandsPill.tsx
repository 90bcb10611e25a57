import { LocateFixed } from 'lucide-react'
import { useRoom } from '../app/useRoom'
import { goTo, placeOf } from './followStop'
import { standingFrame } from './session'
import { useLocal, useSession } from './useDebug'

/** The way back to where the program stands, for a page that has looked elsewhere. */
export function StandsPill() {
  const { room, view, debug } = useRoom()
  const session = useSession()
  const following = useLocal((local) => local.following)
  if (following || session?.state !== 'stopped' || !session.stop?.file) return null
  const back = () => {
    debug.follow()
    goTo(session.stop ? placeOf(debug, standingFrame(session.stop)) : undefined, room, view)
  }
  return (
    <div className="stands-pill">
      <button className="button" data-testid="stands-pill" onClick={back}>
        <LocateFixed size={14} aria-hidden="true" />
        Back to where it stands
      </button>
    </div>
  )
}
