import { useEffect, useState } from 'react'
import { useLive, useView } from '../app/useRoom'
import { useControl } from '../control/useControl'

const SHOWN_MS = 5000

/** Answers who types while another alone may: their keys are not lost without a word. */
export function RefusedKeys() {
  const refused = useView((state) => state.refusedKeys)
  const allowed = useLive((state) => state.permissions.run)
  const { holder, isFree, hasAsked, request, take } = useControl('stdin')
  const [shown, setShown] = useState(false)
  const [first] = useState(refused)

  useEffect(() => {
    if (refused === first) return undefined
    setShown(true)
    const timer = setTimeout(() => setShown(false), SHOWN_MS)
    return () => clearTimeout(timer)
  }, [first, refused])

  const reason = !allowed ? 'Viewers cannot type' : holder ? `Only ${holder.name} types now` : undefined
  return (
    <div className="control-prompt" role="status">
      {shown && reason ? (
        <p data-testid="refused-keys">
          <span>{reason}</span>
          {!allowed ? null : isFree ? (
            <button className="text-button" onClick={take}>
              Take over
            </button>
          ) : (
            <button className="text-button" disabled={hasAsked} onClick={request}>
              {hasAsked ? 'Asked' : 'Ask for the keyboard'}
            </button>
          )}
        </p>
      ) : null}
    </div>
  )
}
