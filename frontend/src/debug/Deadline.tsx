import { Timer } from 'lucide-react'
import { useEffect, useState } from 'react'
import { useLive, useRoom } from '../app/useRoom'
import { timeLeft } from './words'

const SHOWN_MS = 60_000
const TICK_MS = 1000

/** The session's last minute, and the way to more time. */
export function Deadline({ at }: { at: number | null }) {
  const { debug } = useRoom()
  const allowed = useLive((state) => state.permissions.debug)
  const ahead = useLive((state) => state.serverAhead)
  const left = useLeft(at === null ? null : at - ahead)
  if (left === null || left > SHOWN_MS) return null
  return (
    <p className="debug-deadline" role="timer" data-testid="debug-deadline">
      <Timer size={14} aria-hidden="true" />
      <span>Ends in {timeLeft(left)}</span>
      {allowed ? (
        <button className="button small" data-testid="debug-extend" onClick={() => void debug.extend()}>
          Extend
        </button>
      ) : null}
    </p>
  )
}

/** @param at In ms of this page's clock. */
function useLeft(at: number | null): number | null {
  const [now, setNow] = useState(Date.now)
  useEffect(() => {
    if (at === null) return undefined
    setNow(Date.now())
    let ticking: ReturnType<typeof setInterval> | undefined
    const tick = () => setNow(Date.now())
    const waiting = setTimeout(
      () => {
        tick()
        ticking = setInterval(tick, TICK_MS)
      },
      Math.max(0, at - Date.now() - SHOWN_MS),
    )
    return () => {
      clearTimeout(waiting)
      clearInterval(ticking)
    }
  }, [at])
  return at === null ? null : at - now
}
