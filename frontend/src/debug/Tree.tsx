import { ChevronRight } from 'lucide-react'
import {
  useEffect,
  useRef,
  useState,
  type CSSProperties,
  type RefObject,
  type KeyboardEvent,
  type ReactNode,
} from 'react'
import { placesOf, Typeahead } from './treeKeys'

export interface TreeRow {
  path: string
  level: number
  expandable: boolean
  expanded: boolean
}

interface Props<Row extends TreeRow> {
  label: string
  rows: readonly Row[]
  selected?: string | undefined
  /** It shows what was, not what is. */
  dimmed?: boolean
  onToggle: (row: Row, open: boolean) => void
  /** Enter, F2 or a double click. */
  onActivate?: (row: Row) => void
  onSelect?: (row: Row) => void
  onDelete?: (row: Row) => void
  /** The keys or the mouse button that open a menu. */
  onMenu?: (row: Row) => void
  onCopy?: (row: Row) => void
  /** By what typed letters find a row. */
  nameOf?: (row: Row) => string
  children: (row: Row) => ReactNode
}

/** A tree of rows, one of which takes the focus; arrow keys move along and in and out of branches. */
export function Tree<Row extends TreeRow>(props: Props<Row>) {
  const { label, rows, selected, dimmed, onToggle, onActivate, onSelect, onDelete, children } = props
  const { onMenu, onCopy, nameOf } = props
  const host = useRef<HTMLDivElement>(null)
  const [at, setAt] = useState<string>()
  const [typeahead] = useState(() => new Typeahead())
  const places = placesOf(rows)
  const present = rows.some(({ path }) => path === at) ? at : (selected ?? rows[0]?.path)

  const held = useHeldFocus(host)

  const focus = (row: Row | undefined) => {
    if (!row) return
    setAt(row.path)
    const all = host.current?.querySelectorAll<HTMLElement>(':scope > [role=treeitem]') ?? []
    all[rows.indexOf(row)]?.focus()
  }
  const act = (key: string, row: Row, index: number): boolean => {
    const inside = row.expandable && row.expanded
    if (key === 'ArrowDown') focus(rows[index + 1])
    else if (key === 'ArrowUp') focus(rows[index - 1])
    else if (key === 'Home') focus(rows[0])
    else if (key === 'End') focus(rows.at(-1))
    else if (key === 'ArrowRight' && inside) focus(rows[index + 1])
    else if (key === 'ArrowRight' && row.expandable) onToggle(row, true)
    else if (key === 'ArrowLeft' && inside) onToggle(row, false)
    else if (key === 'ArrowLeft') focus(rows.slice(0, index).findLast((one) => one.level < row.level))
    else if (key === ' ' && row.expandable) onToggle(row, !row.expanded)
    else if (key === 'Enter' || key === ' ') (onActivate ?? onSelect)?.(row)
    else if (key === 'F2' && onActivate) onActivate(row)
    else if (key === 'Delete' && onDelete) onDelete(row)
    else return false
    return true
  }
  const find = (letter: string, index: number): boolean => {
    if (!nameOf || letter.length > 1) return false
    const found = typeahead.find(letter, performance.now(), rows.map(nameOf), index)
    if (found !== undefined) focus(rows[found])
    return true
  }
  const pressed = (event: KeyboardEvent, row: Row, index: number) => {
    if (event.target !== event.currentTarget || event.altKey) return
    const { key, ctrlKey, metaKey } = event
    if (ctrlKey || metaKey) {
      // A selection of text is copied as everywhere.
      if (key !== 'c' || !onCopy || getSelection()?.toString()) return
      event.preventDefault()
      onCopy(row)
    } else if (act(key, row, index) || find(key, index)) event.preventDefault()
  }

  return (
    <div
      className="debug-tree"
      role="tree"
      aria-label={label}
      data-dimmed={dimmed || undefined}
      ref={host}
      {...held}
    >
      {rows.map((row, index) => (
        <div
          key={row.path}
          className="debug-row"
          role="treeitem"
          aria-level={row.level}
          aria-posinset={places[index]?.place}
          aria-setsize={places[index]?.of}
          aria-expanded={row.expandable ? row.expanded : undefined}
          aria-selected={row.path === selected}
          tabIndex={row.path === present ? 0 : -1}
          data-path={row.path}
          style={{ '--level': row.level - 1 } as CSSProperties}
          onFocus={() => setAt(row.path)}
          onClick={(event) => {
            if (event.target instanceof Element && event.target.closest('input, button')) return
            if (row.expandable && !onSelect) onToggle(row, !row.expanded)
            onSelect?.(row)
          }}
          onDoubleClick={() => onActivate?.(row)}
          onContextMenu={(event) => {
            if (!onMenu) return
            event.preventDefault()
            onMenu(row)
          }}
          onKeyDown={(event) => pressed(event, row, index)}
        >
          {row.expandable ? (
            <ChevronRight size={13} data-open={row.expanded} aria-hidden="true" />
          ) : (
            <i className="no-chevron" />
          )}
          {children(row)}
        </div>
      ))}
    </div>
  )
}

/** Keeps the focus in a tree whose focused row goes away: with each step there is another stack. */
function useHeldFocus(host: RefObject<HTMLDivElement | null>) {
  const isHeld = useRef(false)
  useEffect(() => {
    if (!isHeld.current || document.activeElement !== document.body) return
    host.current?.querySelector<HTMLElement>(':scope > [tabindex="0"]')?.focus()
  })
  // Neither is called for a row that React takes away.
  return {
    onFocus: () => {
      isHeld.current = true
    },
    onBlur: () => {
      isHeld.current = false
    },
  }
}
