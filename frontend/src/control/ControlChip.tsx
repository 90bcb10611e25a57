import { ChevronDown, Hand } from 'lucide-react'
import { DropdownMenu } from 'radix-ui'
import type { Controlled, Participant } from '../api/types'
import { useLive } from '../app/useRoom'
import { Avatar } from '../ui/Avatar'
import { Tip } from '../ui/Tip'
import { useControl, type Control } from './useControl'
import { WORDS } from './words'

/** Who types or drives, and how one gets or hands over that. Nothing where one is alone. */
export function ControlChip({ what }: { what: Controlled }) {
  const control = useControl(what)
  const allowed = useLive((state) => state.permissions[ACTION[what]])
  const isAlone = useLive((state) => state.participants.length < 2)
  const { holder, isYours, isShared } = control
  if (isAlone || (holder === undefined && !allowed)) return null
  const words = WORDS[what]
  return (
    <div className="control-chip" data-testid={`control-${what}`} data-holder={holder?.name ?? ''}>
      {holder ? (
        <p role="status">
          {isShared ? null : <Avatar person={holder} />}
          <span>{isShared ? words.shared : isYours ? words.youHold : `${holder.name} ${words.holds}`}</span>
        </p>
      ) : null}
      {!allowed || isShared ? null : isYours ? (
        <HandOver what={what} control={control} />
      ) : holder ? (
        <Claim what={what} control={control} holder={holder} />
      ) : (
        <Take what={what} take={control.take} />
      )}
    </div>
  )
}

const ACTION = { stdin: 'run', debug: 'debug' } as const

function Take({ what, take }: { what: Controlled; take: () => void }) {
  const label = WORDS[what].take
  return (
    <Tip label={`${label}: nobody else can then`}>
      <button className="text-button quiet" aria-label={label} data-testid="control-take" onClick={take}>
        <Hand size={13} aria-hidden="true" />
        <span className="control-long">{label}</span>
      </button>
    </Tip>
  )
}

interface ClaimProps {
  what: Controlled
  control: Control
  holder: Participant
}

/** Asking leaves it to the holder, and is always possible; taking over waits for nobody, once it is allowed. */
function Claim({ what, control, holder }: ClaimProps) {
  const isOwner = useLive((state) => state.permissions.manage)
  const { isFree, hasAsked, withdraw, request, take } = control
  const { asked, paused } = WORDS[what]
  const asking = hasAsked
    ? `${holder.name} sees that you ask. Press to ask no longer`
    : `Ask ${holder.name} for ${asked}`
  return (
    <>
      <Tip label={asking}>
        <button
          className="text-button"
          data-testid="control-request"
          aria-pressed={hasAsked}
          onClick={hasAsked ? withdraw : request}
        >
          {hasAsked ? 'Asked' : 'Ask'}
        </button>
      </Tip>
      {isFree ? (
        <Tip label={isOwner ? 'Owners may take over at any time' : `${holder.name} ${paused}`}>
          <button className="text-button" data-testid="control-take" onClick={take}>
            Take over
          </button>
        </Tip>
      ) : null}
    </>
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
