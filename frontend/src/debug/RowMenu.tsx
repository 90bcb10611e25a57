import { Ellipsis } from 'lucide-react'
import { DropdownMenu } from 'radix-ui'
import { useRef, type SyntheticEvent } from 'react'
import type { RowAction } from './useRowActions'

interface Props {
  open: boolean
  onOpen: (open: boolean) => void
  actions: () => RowAction[]
}

/** Events of the menu end at it: it lies inside the row, which would take them for its own. */
const keep = (event: SyntheticEvent) => event.stopPropagation()

/** What can be done with a row. It is made when it is opened: there are many rows. */
export function RowMenu({ open, onOpen, actions }: Props) {
  const row = useRef<HTMLElement | null>(null)
  const chosen = useRef<(() => void) | undefined>(undefined)
  if (!open) {
    return (
      <button
        className="icon-button tiny"
        tabIndex={-1}
        aria-label="Actions"
        aria-haspopup="menu"
        data-testid="row-menu"
        onClick={() => onOpen(true)}
      >
        <Ellipsis size={13} aria-hidden="true" />
      </button>
    )
  }
  return (
    <span
      role="presentation"
      className="debug-row-menu"
      ref={(node) => {
        if (node) row.current = node.closest<HTMLElement>('[role=treeitem]')
      }}
      onClick={keep}
      onDoubleClick={keep}
      onKeyDown={keep}
      onFocus={keep}
      onContextMenu={keep}
    >
      <DropdownMenu.Root open onOpenChange={onOpen}>
        <DropdownMenu.Trigger className="icon-button tiny" tabIndex={-1} aria-label="Actions">
          <Ellipsis size={13} aria-hidden="true" />
        </DropdownMenu.Trigger>
        <DropdownMenu.Portal>
          <DropdownMenu.Content
            className="menu"
            align="end"
            sideOffset={4}
            collisionPadding={8}
            onCloseAutoFocus={(event) => {
              event.preventDefault()
              row.current?.focus()
              // What an action opens takes the focus after that.
              chosen.current?.()
            }}
          >
            {actions().map(({ name, keys, act }) => (
              <DropdownMenu.Item key={name} onSelect={() => (chosen.current = act)}>
                {name} {keys ? <kbd>{keys}</kbd> : null}
              </DropdownMenu.Item>
            ))}
          </DropdownMenu.Content>
        </DropdownMenu.Portal>
      </DropdownMenu.Root>
    </span>
  )
}
