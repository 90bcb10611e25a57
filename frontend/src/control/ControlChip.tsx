import { ChevronDown, Hand } from 'lucide-react'
import { DropdownMenu } from 'radix-ui'
import type { Controlled, Participant } from '../api/types'
import { useLive } from '../app/useRoom'
import { Avatar } from '../ui/Avatar'
import { Tip } from '../ui/Tip'
import { useControl, type Control } from './useControl'
import { WORDS } from './words'

/** Who types or drives, and how one gets or hands over that. Nothing where one is alone with it. */
export function ControlChip({ what }: { what: Controlled }) {
  const control = useControl(what)
  const allowed = useLive((state) => state.permissions[ACTION[what]])
  const isAlone = useLive((state) => state.participants.length < 2)
  const { holder, isYours } = control
  if (holder === undefined && (isAlone || !allowed)) return null
  return (
    <div className="control-chip" data-testid={`control-${what}`} data-holder={holder?.name ?? ''}>
      {holder ? (
        <p role="status">
          <Avatar person={holder} />
          <span>{isYours ? WORDS[what].youHold : `${holder.name} ${WORDS[what].holds}`}</span>
        </p>
      ) : null}
      {!allowed ? null : isYours ? (
        <HandOver what={what} control={control} />
      ) : (
        <Claim what={what} control={control} />
      )}
    </div>
  )
}

const ACTION = { stdin: 'run', debug: 'debug' } as const

function Claim({ what, control }: { what: Controlled; control: Control }) {
  const { holder, isFree, hasAsked } = control
  const { asked, take } = WORDS[what]
  if (!holder) {
    return (
      <Tip label={`${take}: nobody else can then`}>
        <button
          className="text-button quiet"
          aria-label={take}
          data-testid="control-take"
          onClick={control.take}
        >
          <Hand size={13} aria-hidden="true" />
          <span className="control-long">{take}</span>
        </button>
      </Tip>
    )
  }
  if (isFree) {
    return (
      <button className="text-button" data-testid="control-take" onClick={control.take}>
        Take over
      </button>
    )
  }
  return (
    <Tip label={hasAsked ? `Ask no longer` : `Ask ${holder.name} for ${asked}`}>
      <button
        className="text-button"
        data-testid="control-request"
        aria-pressed={hasAsked}
        onClick={hasAsked ? control.withdraw : control.request}
      >
        {hasAsked ? 'Asked' : 'Ask'}
      </button>
    </Tip>
  )
}

function HandOver({ what, control }: { what: Controlled; control: Control }) {
  const you = useLive((state) => state.you.id)
  const participants = useLive((state) => state.participants)
  const isAsked = (person: Participant) => control.requests.some((one) => one.id === person.id)
  const others = participants
    .filter((person) => person.id !== you && person.role !== 'viewer')
    .toSorted((a, b) => Number(isAsked(b)) - Number(isAsked(a)))
  return (
    <DropdownMenu.Root>
      <DropdownMenu.Trigger className="text-button" data-testid="control-give">
        Hand over
        <ChevronDown size={12} aria-hidden="true" />
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content className="menu" align="end" sideOffset={6} collisionPadding={8}>
          {others.map((person) => (
            <DropdownMenu.Item
              key={person.id}
              data-testid="control-give-to"
              data-person={person.name}
              onSelect={() => control.give(person.id)}
            >
              <Avatar person={person} />
              <span className="person-name">{person.name}</span>
              {isAsked(person) ? <small>asks</small> : null}
            </DropdownMenu.Item>
          ))}
          {others.length > 0 ? <DropdownMenu.Separator /> : null}
          <DropdownMenu.Item data-testid="control-give-back" onSelect={() => control.give(null)}>
            {WORDS[what].everybody}
          </DropdownMenu.Item>
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  )
}
