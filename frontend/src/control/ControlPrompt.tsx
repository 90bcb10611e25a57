import { X } from 'lucide-react'
import { useEffect, useState } from 'react'
import type { Controlled } from '../api/types'
import { Avatar } from '../ui/Avatar'
import { isHandOverKey, keyNames } from '../ui/keys'
import { useControl } from './useControl'
import { WORDS } from './words'

interface Props {
  what: Controlled
  /** Whether a key hands it over: not where the keys are the program's. */
  byKey?: boolean
}

/** Tells the holder who asks, without taking anything away from them. */
export function ControlPrompt({ what, byKey = false }: Props) {
  const { isYours, isShared, requests, give } = useControl(what)
  const [declined, setDeclined] = useState<readonly string[]>([])
  useEffect(() => {
    // Who asks again is heard again.
    setDeclined((ids) => ids.filter((id) => requests.some((one) => one.id === id)))
  }, [requests])
  const person = isYours && !isShared ? requests.find((one) => !declined.includes(one.id)) : undefined
  useHandOverKey(byKey ? person?.id : undefined, give)
  return (
    <div className="control-prompt" role="status">
      {person ? (
        <p data-testid={`control-prompt-${what}`}>
          <Avatar person={person} />
          <span>
            {person.name} {WORDS[what].asks}
          </span>
          <button className="text-button" data-testid="control-prompt-give" onClick={() => give(person.id)}>
            Hand over
            {byKey ? <kbd>{keyNames.handOver}</kbd> : null}
          </button>
          <button
            className="icon-button small"
            aria-label="Not now"
            onClick={() => setDeclined([...declined, person.id])}
          >
            <X size={14} aria-hidden="true" />
          </button>
        </p>
      ) : null}
    </div>
  )
}

/** While somebody asks a key answers, wherever the focus is. */
function useHandOverKey(to: string | undefined, give: (to: string) => void): void {
  useEffect(() => {
    if (to === undefined) return undefined
    const pressed = (event: KeyboardEvent) => {
      if (!isHandOverKey(event)) return
      event.preventDefault()
      event.stopPropagation()
      give(to)
    }
    addEventListener('keydown', pressed, { capture: true })
    return () => removeEventListener('keydown', pressed, { capture: true })
  }, [give, to])
}
