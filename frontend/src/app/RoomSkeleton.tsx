import type { ReactNode } from 'react'
import { Mark } from '../ui/Mark'

const LINES = [34, 52, 46, 0, 38, 61, 57, 29]

interface Props {
  title: string
  waiting?: boolean
  children?: ReactNode
}

/** The room's outline while it loads: the same places, so that nothing moves when it is there. */
export function RoomSkeleton({ title, waiting = false, children }: Props) {
  return (
    <div className="room skeleton" data-testid="room-loading">
      <div className="header">
        <span className="home">
          <Mark />
        </span>
        <span className="title-static">{title}</span>
      </div>
      <div className="skeleton-body" aria-hidden="true">
        <div className="skeleton-files" />
        <div className="skeleton-code">
          {LINES.map((width, index) => (
            <i key={`${index}-${width}`} style={{ width: `${width}%` }} />
          ))}
        </div>
      </div>
      {children ?? (
        <p className="skeleton-words" role="status">
          {waiting ? 'The server cannot be reached. Trying again…' : 'Opening the room…'}
        </p>
      )}
    </div>
  )
}
