import { ChevronRight, Ellipsis, FileText } from 'lucide-react'
import { DropdownMenu } from 'radix-ui'
import type { CSSProperties, KeyboardEvent, SyntheticEvent } from 'react'
import type { Participant } from '../api/types'
import { FileName } from '../ui/FileName'
import type { Row } from './tree'

interface Props {
  row: Row
  active: boolean
  focusable: boolean
  editable: boolean
  people: Participant[]
  onChoose: () => void
  onFocus: () => void
  onKeyDown: (event: KeyboardEvent) => void
  onNew: () => void
  onRename: () => void
  onRemove: () => void
}

export function FileRow(props: Props) {
  const { row, active, focusable, editable, people } = props
  return (
    <div
      className="tree-row"
      role="treeitem"
      aria-level={row.level + 1}
      aria-selected={active}
      aria-expanded={row.kind === 'folder' ? row.open : undefined}
      aria-label={row.name}
      tabIndex={focusable ? 0 : -1}
      data-active={active}
      data-key={row.key}
      data-path={row.path}
      data-testid={row.kind === 'file' ? 'file' : 'folder'}
      style={{ '--level': row.level } as CSSProperties}
      onClick={props.onChoose}
      onFocus={props.onFocus}
      onKeyDown={props.onKeyDown}
    >
      {row.kind === 'folder' ? (
        <ChevronRight size={14} aria-hidden="true" data-open={row.open} />
      ) : (
        <FileText size={14} aria-hidden="true" />
      )}
      <span className="tree-name" title={row.path}>
        <FileName name={row.name} />
      </span>
      {people.slice(0, 4).map((person) => (
        <i key={person.id} className="tree-person" title={person.name} style={{ background: person.color }} />
      ))}
      {editable ? <RowMenu {...props} /> : null}
    </div>
  )
}

/** Events of the menu end at it: it lies inside the row, which would take them for its own. */
const keep = (event: SyntheticEvent) => event.stopPropagation()

function RowMenu({ row, onNew, onRename, onRemove }: Props) {
  return (
    <span role="presentation" onClick={keep} onKeyDown={keep} onFocus={keep}>
      <DropdownMenu.Root>
        <DropdownMenu.Trigger
          className="tree-menu"
          tabIndex={-1}
          aria-label={`Actions for ${row.path}`}
          data-testid="file-menu"
          data-path={row.path}
        >
          <Ellipsis size={14} aria-hidden="true" />
        </DropdownMenu.Trigger>
        <DropdownMenu.Portal>
          <DropdownMenu.Content
            className="menu"
            align="start"
            sideOffset={4}
            collisionPadding={8}
            onCloseAutoFocus={(event) => event.preventDefault()}
          >
            <DropdownMenu.Item data-testid="file-new" onSelect={onNew}>
              New file here
            </DropdownMenu.Item>
            <DropdownMenu.Item data-testid="file-rename" onSelect={onRename}>
              Rename <kbd>F2</kbd>
            </DropdownMenu.Item>
            <DropdownMenu.Separator />
            <DropdownMenu.Item data-testid="file-delete" className="danger" onSelect={onRemove}>
              Delete <kbd>Del</kbd>
            </DropdownMenu.Item>
          </DropdownMenu.Content>
        </DropdownMenu.Portal>
      </DropdownMenu.Root>
    </span>
  )
}
