import { useEffect, useReducer } from 'react'
import type { Awareness } from 'y-protocols/awareness'
import type { Participant } from '../api/types'
import type { CursorState } from '../editor/remoteCursors'
import { useRoom } from './useRoom'

export interface Presence {
  user: Participant
  clientId: number
  cursor: CursorState | null
}

/** Where the others are, once per frame at most; renders again only when somebody changes files. */
export function usePresence(): Presence[] {
  const { awareness } = useRoom().room
  const [, changed] = useReducer((count: number) => count + 1, 0)

  useEffect(() => {
    let frame = 0
    let seen = ''
    const look = () => {
      frame ||= requestAnimationFrame(() => {
        frame = 0
        const now = JSON.stringify(
          presencesOf(awareness).map(({ user, cursor }) => [user.id, user.name, user.color, cursor?.file]),
        )
        if (now !== seen) changed()
        seen = now
      })
    }
    look()
    awareness.on('change', look)
    return () => {
      cancelAnimationFrame(frame)
      awareness.off('change', look)
    }
  }, [awareness])
  return presencesOf(awareness)
}

/** The others who show themselves; somebody with two tabs is there twice. */
export function presencesOf(awareness: Awareness): Presence[] {
  const all: Presence[] = []
  for (const [clientId, state] of awareness.getStates()) {
    const { user, cursor } = state as { user?: Participant; cursor?: CursorState | null }
    if (clientId !== awareness.clientID && user) all.push({ user, clientId, cursor: cursor ?? null })
  }
  return all
}
