import { DropdownMenu } from 'radix-ui'
import type { Participant } from '../api/types'
import { Avatar } from '../ui/Avatar'
import { Tip } from '../ui/Tip'
import { toggleFollowing } from './follow'
import { PersonRow, ROLE } from './PersonRow'
import { usePresence } from './presence'
import { useLive, useRoom, useView } from './useRoom'

/** Everybody in the room. A click on a person follows them. */
export function People({ shown }: { shown: number }) {
  const value = useRoom()
  const you = useLive((state) => state.you)
  const participants = useLive((state) => state.participants)
  const following = useView((state) => state.following)
  const presence = usePresence()
  const others = participants.filter((person) => person.id !== you.id)
  const places = new Map(presence.map((one) => [one.user.id, one]))
  const place = (person: Participant) => {
    const file = places.get(person.id)?.cursor?.file
    return file ? value.room.workspace.path(file) : undefined
  }
  const hidden = others.length - shown

  return (
    <div
      className="people"
      data-testid="people"
      role="group"
      aria-label={`${participants.length} in the room`}
    >
      {others.slice(0, shown).map((person) => (
        <Tip
          key={person.id}
          label={[`Follow ${person.name}`, ROLE[person.role], place(person)].filter(Boolean).join(' · ')}
        >
          <button
            className="avatar-button"
            data-testid="person"
            data-person={person.name}
            aria-label={`Follow ${person.name}`}
            aria-pressed={person.id === following?.id}
            onClick={() => toggleFollowing(value, person)}
          >
            <Avatar person={person} />
          </button>
        </Tip>
      ))}
      <DropdownMenu.Root>
        <DropdownMenu.Trigger
          className="avatar-button"
          data-testid="people-menu"
          aria-label="People in the room"
        >
          {hidden > 0 ? (
            <span className="avatar more" aria-hidden="true">
              +{hidden}
            </span>
          ) : null}
          <Avatar person={you} />
        </DropdownMenu.Trigger>
        <DropdownMenu.Portal>
          <DropdownMenu.Content className="menu people-menu" align="end" sideOffset={6} collisionPadding={8}>
            <DropdownMenu.Label>In the room</DropdownMenu.Label>
            {[you, ...others].map((person) => (
              <PersonRow
                key={person.id}
                person={person}
                isYou={person.id === you.id}
                place={place(person)}
                followed={person.id === following?.id}
                onFollow={() => toggleFollowing(value, person)}
              />
            ))}
          </DropdownMenu.Content>
        </DropdownMenu.Portal>
      </DropdownMenu.Root>
    </div>
  )
}
