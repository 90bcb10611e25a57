import { ChevronRight } from 'lucide-react'
import { DropdownMenu } from 'radix-ui'
import { api } from '../api/http'
import type { Participant, Role } from '../api/types'
import { Avatar } from '../ui/Avatar'
import { toast } from '../ui/toasts'
import { NARROW, useLive, useMedia, useRoom } from './useRoom'

export const ROLE: Record<Role, string> = { owner: 'Owner', editor: 'Editor', viewer: 'Viewer' }

/** Beside the list there is no place on a narrow screen. */
const OVER_THE_LIST = -200

interface Props {
  person: Participant
  isYou: boolean
  /** The file that the person works in. */
  place: string | undefined
  followed: boolean
  onFollow: () => void
}

/** A line of the list of people. Owners get what they may do with a person behind it. */
export function PersonRow({ person, isYou, place, followed, onFollow }: Props) {
  const narrow = useMedia(NARROW)
  const manages = useLive((state) => state.permissions.manage)
  const face = (
    <>
      <Avatar person={person} />
      <span className="person-name">
        {person.name}
        {isYou ? <small> (you)</small> : null}
      </span>
      <small>{place ?? ROLE[person.role]}</small>
    </>
  )
  if (isYou || !manages) {
    return (
      <DropdownMenu.Item data-testid="person-row" disabled={isYou} onSelect={onFollow}>
        {face}
      </DropdownMenu.Item>
    )
  }
  return (
    <DropdownMenu.Sub>
      <DropdownMenu.SubTrigger data-testid="person-row" data-person={person.name}>
        {face}
        <ChevronRight size={14} aria-hidden="true" />
      </DropdownMenu.SubTrigger>
      <DropdownMenu.Portal>
        <DropdownMenu.SubContent
          className="menu"
          sideOffset={narrow ? OVER_THE_LIST : 6}
          collisionPadding={8}
        >
          <DropdownMenu.Item data-testid="follow" onSelect={onFollow}>
            {followed ? 'Stop following' : 'Follow'}
          </DropdownMenu.Item>
          <DropdownMenu.Separator />
          <Rights person={person} />
        </DropdownMenu.SubContent>
      </DropdownMenu.Portal>
    </DropdownMenu.Sub>
  )
}

const RIGHTS: { role: Role; label: string }[] = [
  { role: 'viewer', label: 'Make viewer: may only watch' },
  { role: 'editor', label: 'Make editor: may edit and run' },
  { role: 'owner', label: 'Make owner: may do all you may' },
]

function attempt(work: Promise<unknown>, failure: string): void {
  work.catch((error: unknown) => toast.error(failure, error))
}

function Rights({ person }: { person: Participant }) {
  const { session } = useRoom().room
  return (
    <>
      {RIGHTS.filter(({ role }) => role !== person.role).map(({ role, label }) => (
        <DropdownMenu.Item
          key={role}
          data-testid={`make-${role}`}
          onSelect={() =>
            attempt(
              api.setRole(session.token, session.roomId, person.id, role),
              `The role of ${person.name} was not changed.`,
            )
          }
        >
          {label}
        </DropdownMenu.Item>
      ))}
      <DropdownMenu.Separator />
      <DropdownMenu.Item
        className="danger"
        data-testid="remove-person"
        onSelect={() =>
          attempt(
            api.remove(session.token, session.roomId, person.id),
            `${person.name} was not removed from the room.`,
          )
        }
      >
        Remove from the room
      </DropdownMenu.Item>
    </>
  )
}
