import { FilePlus2 } from 'lucide-react'
import { useEffect, useRef, useState, type KeyboardEvent } from 'react'
import { registerPane } from '../app/panes'
import { usePresence } from '../app/presence'
import { useFiles, useLive, useRoom, useView } from '../app/useRoom'
import { openFile } from '../app/viewState'
import { Tip } from '../ui/Tip'
import { FileRow } from './FileRow'
import { NameInput } from './NameInput'
import { filesUnder, parentOf, treeRows, type Row } from './tree'
import { removeRow, renameRow } from './actions'

type Editing = { kind: 'new'; folder: string } | { kind: 'rename'; key: string } | null

const folderOf = (row: Row | undefined) => (row?.kind === 'folder' ? row.path : parentOf(row?.path ?? ''))

/** The room's files: arrow keys, Enter opens, F2 renames, Delete removes with a way back. */
export function FileTree() {
  const value = useRoom()
  const files = useFiles()
  const editable = useLive((state) => state.permissions.edit)
  const synced = useLive((state) => state.synced)
  const active = useView((state) => state.active)
  const presence = usePresence()
  const [closed, setClosed] = useState<ReadonlySet<string>>(new Set())
  const [focused, setFocused] = useState('')
  const [editing, setEditing] = useState<Editing>(null)
  const host = useRef<HTMLDivElement>(null)
  const rows = treeRows(files, closed)
  const current = rows.find((row) => row.key === focused) ?? rows.find((row) => row.key === active) ?? rows[0]

  useEffect(
    () => registerPane('files', () => host.current?.querySelector<HTMLElement>('[tabindex="0"]')?.focus()),
    [],
  )

  const focusRow = (row: Row | undefined) => {
    if (!row) return
    setFocused(row.key)
    host.current?.querySelector<HTMLElement>(`[data-key="${CSS.escape(row.key)}"]`)?.focus()
  }
  const toggle = (row: Row) =>
    setClosed((before) => {
      const after = new Set(before)
      if (!after.delete(row.path)) after.add(row.path)
      return after
    })
  const choose = (row: Row) => {
    setFocused(row.key)
    if (row.kind === 'folder') toggle(row)
    else openFile(value.view, row.key)
  }
  const endRename = (key: string) => {
    setEditing(null)
    requestAnimationFrame(() => {
      // The name field had the focus, unless a click has taken it elsewhere.
      if (document.activeElement === document.body) focusRow(rows.find((row) => row.key === key))
    })
  }
  const create = (path: string) => {
    setEditing(null)
    openFile(value.view, value.room.workspace.create(path))
  }

  const pressed = (event: KeyboardEvent, row: Row) => {
    const at = rows.indexOf(row)
    const actions: Record<string, () => void> = {
      ArrowDown: () => focusRow(rows[at + 1]),
      ArrowUp: () => focusRow(rows[at - 1]),
      Home: () => focusRow(rows[0]),
      End: () => focusRow(rows.at(-1)),
      ArrowRight: () => (row.kind === 'folder' && !row.open ? toggle(row) : focusRow(rows[at + 1])),
      ArrowLeft: () =>
        row.open ? toggle(row) : focusRow(rows.find((other) => other.path === parentOf(row.path))),
      Enter: () => choose(row),
      ' ': () => choose(row),
      F2: () => editable && setEditing({ kind: 'rename', key: row.key }),
      Delete: () => editable && removeRow(value, filesUnder(row, files), row.path),
    }
    const action = actions[event.key]
    if (!action || event.ctrlKey || event.metaKey || event.altKey) return
    event.preventDefault()
    action()
  }

  return (
    <section className="explorer" aria-label="Files" data-pane="files" data-testid="explorer">
      <div className="pane-header">
        <h2>Files</h2>
        {editable ? (
          <Tip label="New file">
            <button
              className="icon-button small"
              aria-label="New file"
              data-testid="new-file"
              disabled={!synced}
              onClick={() => setEditing({ kind: 'new', folder: folderOf(current) })}
            >
              <FilePlus2 size={15} aria-hidden="true" />
            </button>
          </Tip>
        ) : null}
      </div>
      {synced && rows.length === 0 && !editing ? <p className="tree-empty">No files yet.</p> : null}
      <div className="tree" role="tree" aria-label="Files" ref={host}>
        {editing?.kind === 'new' ? (
          <NameInput
            level={0}
            initial={editing.folder ? `${editing.folder}/` : ''}
            taken={files.map((file) => file.path)}
            onDone={create}
            onCancel={() => setEditing(null)}
          />
        ) : null}
        {rows.map((row) =>
          editing?.kind === 'rename' && editing.key === row.key ? (
            <NameInput
              key={row.key}
              level={row.level}
              initial={row.path}
              taken={files
                .map((file) => file.path)
                .filter((path) => !filesUnder(row, files).some((own) => own.path === path))}
              onDone={(path) => {
                endRename(row.key)
                renameRow(value.room.workspace, row, filesUnder(row, files), path)
              }}
              onCancel={() => endRename(row.key)}
            />
          ) : (
            <FileRow
              key={row.key}
              row={row}
              active={row.key === active}
              focusable={row === current}
              editable={editable}
              people={presence.filter((one) => one.cursor?.file === row.key).map((one) => one.user)}
              onChoose={() => choose(row)}
              onFocus={() => setFocused(row.key)}
              onKeyDown={(event) => pressed(event, row)}
              onNew={() => setEditing({ kind: 'new', folder: folderOf(row) })}
              onRename={() => setEditing({ kind: 'rename', key: row.key })}
              onRemove={() => removeRow(value, filesUnder(row, files), row.path)}
            />
          ),
        )}
      </div>
    </section>
  )
}
