import type { Controlled, Participant } from '../api/types'
import type { RoomState } from '../collab/roomState'

/** So long a holder must not have acted before anybody else may take over (docs: the room socket). */
export const PAUSE_MS = 10_000

/** What one of the two that can be held means to this page. */
export interface Standing {
  holder: Participant | undefined
  isYours: boolean
  /** Another holds it: what this page would do is refused. */
  isOthers: boolean
  /** In the order in which they asked. */
  requests: Participant[]
  hasAsked: boolean
  /** When it may be taken over, in the server's milliseconds; 0: now. */
  freeAt: number
}

type Known = Pick<RoomState, 'control' | 'participants' | 'permissions' | 'you'>

export function standingOf(what: Controlled, { control, participants, permissions, you }: Known): Standing {
  const person = (id: string) => participants.find((one) => one.id === id)
  const id = control[what]
  const isYours = id === you.id
  const isFree = id === null || isYours || permissions.manage
  return {
    holder: id === null ? undefined : person(id),
    isYours,
    isOthers: id !== null && !isYours,
    requests: control.requests[what].map(person).filter((one) => one !== undefined),
    hasAsked: control.requests[what].includes(you.id),
    freeAt: isFree ? 0 : (control.acted_at[what] ?? 0) + PAUSE_MS,
  }
}
