import type { Admission } from '../api/types'

const waiting = new Map<string, Admission>()

/** Hands the creator's admission from the start page to the room, in memory. */
export function keepAdmission(admission: Admission): void {
  waiting.set(admission.room.id, admission)
}

export function takeAdmission(room: string): Admission | undefined {
  const admission = waiting.get(room)
  waiting.delete(room)
  return admission
}
