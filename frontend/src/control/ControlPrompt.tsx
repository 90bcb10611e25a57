import { X } from 'lucide-react'
import { useEffect, useState } from 'react'
import type { Controlled } from '../api/types'
import { Avatar } from '../ui/Avatar'
import { useControl } from './useControl'
import { WORDS } from './words'

/** Tells the holder who asks, without taking anything away from them. */
export function ControlPrompt({ what }: { what: Controlled }) {
  const { isYours, requests, give } = useControl(what)
  const [declined, setDeclined] = useState<readonly string[]>([])
  useEffect(() => {
    // Who asks again is heard again.
    setDeclined((ids) => ids.filter((id) => requests.some((one) => one.id === id)))
  }, [requests])
  const person = isYours ? requests.find((one) => !declined.includes(one.id)) : undefined
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
