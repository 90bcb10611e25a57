import { Check, Copy, Share2 } from 'lucide-react'
import { Popover } from 'radix-ui'
import { useState } from 'react'
import { api } from '../api/http'
import type { Role } from '../api/types'
import { keepLinks, knownLinks } from '../session/memory'
import { copyText } from '../ui/copy'
import { toast } from '../ui/toasts'
import { useLive, useRoom } from './useRoom'

const ROLES: { role: Role; name: string; may: string }[] = [
  { role: 'editor', name: 'Editor', may: 'Edits and runs with you.' },
  { role: 'viewer', name: 'Viewer', may: 'Sees everything live and changes nothing.' },
  { role: 'owner', name: 'Owner', may: 'Like you: also changes roles and links. Give it to co-hosts only.' },
]

export function ShareMenu({ narrow }: { narrow: boolean }) {
  return (
    <Popover.Root>
      <Popover.Trigger
        className={narrow ? 'icon-button' : 'button'}
        data-testid="share-button"
        aria-label="Share"
      >
        <Share2 size={15} aria-hidden="true" />
        {narrow ? null : 'Share'}
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          className="popover share"
          align="end"
          sideOffset={6}
          collisionPadding={8}
          data-testid="share-menu"
          aria-label="Share this room"
        >
          <Links />
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  )
}

function Links() {
  const manages = useLive((state) => state.permissions.manage)
  const { id } = useLive((state) => state.room)
  const [links, setLinks] = useState(() => knownLinks(id))
  const shown = ROLES.filter(({ role }) => manages || links[role])
  return (
    <>
      <h2>Share this room</h2>
      <p className="hint">
        {manages
          ? 'Whoever opens a link types a name and is in. No account needed.'
          : shown.length > 0
            ? 'This is the link you came by. Others who open it get the same role as you.'
            : 'Only the owner can make links. Ask them for one to pass on.'}
      </p>
      <ul className="links">
        {shown.map((entry) => (
          <LinkRow
            key={entry.role}
            {...entry}
            url={links[entry.role]}
            onMade={(url) => {
              keepLinks(id, { [entry.role]: url })
              setLinks(knownLinks(id))
            }}
          />
        ))}
      </ul>
    </>
  )
}

interface RowProps {
  role: Role
  name: string
  may: string
  url: string | undefined
  onMade: (url: string) => void
}

function LinkRow({ role, name, may, url, onMade }: RowProps) {
  const { session } = useRoom().room
  const [copied, setCopied] = useState(false)

  const make = async (): Promise<string> => {
    const link = await api.createLink(session.token, session.roomId, role)
    if (!link.url) throw new Error('The server sent no address.')
    onMade(link.url)
    return link.url
  }
  const copy = async () => {
    try {
      await copyText(url ?? (await make()))
      setCopied(true)
      setTimeout(() => setCopied(false), 2000)
    } catch (error) {
      toast.error('The link was not copied.', error)
    }
  }

  return (
    <li data-testid={`link-${role}`} data-url={url}>
      <div>
        <strong id={`link-name-${role}`}>{name}</strong>
        <p>{may}</p>
      </div>
      <button
        className="button"
        data-testid={`copy-${role}`}
        aria-describedby={`link-name-${role}`}
        onClick={() => void copy()}
      >
        {copied ? <Check size={14} aria-hidden="true" /> : <Copy size={14} aria-hidden="true" />}
        <span aria-live="polite">{copied ? 'Copied' : 'Copy link'}</span>
      </button>
    </li>
  )
}
