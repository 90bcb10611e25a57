import type { Control, Participant, Permissions } from '../api/types'

export interface Driving {
  you: Participant
  permissions: Permissions
  participants: readonly Participant[]
  control: Control
  /** The room's setting: whoever may debug may step. */
  everybody: boolean
}

/** Why this person's stop of the session would be refused: that is no matter of who drives. */
export const stopHurdle = ({ permissions }: Pick<Driving, 'permissions'>) =>
  permissions.debug ? undefined : 'Viewers cannot stop the debugger'

/** Why this person's step would be refused; undefined when it would not. */
export function stepHurdle({ you, permissions, participants, control, everybody }: Driving) {
  if (!permissions.debug) return 'Viewers cannot step'
  if (everybody || control.debug === null || control.debug === you.id) return undefined
  const name = participants.find((one) => one.id === control.debug)?.name ?? 'Somebody else'
  return `${name} is driving: ask for control to step`
}
