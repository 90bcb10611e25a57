import { X } from 'lucide-react'
import type { CSSProperties } from 'react'
import { usePresence } from './presence'
import { useRoom, useView } from './useRoom'

/** Says whom this page follows, and how to go one's own way again. */
export function FollowPill() {
  const { view } = useRoom()
  const following = useView((state) => state.following)
  const isSomewhere = usePresence().some(({ user, cursor }) => user.id === following?.id && cursor)
  return (
    <div className="follow-pill" role="status">
      {following ? (
        <p style={{ '--person': following.color } as CSSProperties} data-testid="follow-pill">
          <i aria-hidden="true" />
          Following {following.name}
          {isSomewhere ? null : ', who is in no file yet'}
          <button
            className="text-button quiet"
            aria-label={`Esc: stop following ${following.name}`}
            onClick={() => view.setState({ following: null })}
          >
            <kbd>Esc</kbd>
            <X size={14} aria-hidden="true" />
          </button>
        </p>
      ) : null}
    </div>
  )
}
