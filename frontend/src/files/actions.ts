import type { RoomContextValue } from '../app/useRoom'
import type { FileEntry, Workspace } from '../collab/workspace'
import { toast } from '../ui/toasts'
import type { Row } from './tree'

/** Removes files at once and offers the way back: less in the way than a question, and as safe. */
export function removeRow(
  { room, view, debug }: RoomContextValue,
  files: readonly FileEntry[],
  path: string,
): void {
  if (files.length === 0) return
  const { tabs, active } = view.getState()
  const ids = files.map((file) => file.id)
  const setBreakpoints = debug.breakpoints.keep(ids)
  const restore = room.workspace.remove(ids)
  const what = files.length === 1 ? path : `${path} (${files.length} files)`
  toast.info(`Deleted ${what}.`, {
    label: 'Undo',
    run: () => {
      restore()
      setBreakpoints()
      view.setState({ tabs, active })
    },
  })
}

/** Renames a file, or moves all files of a folder. */
export function renameRow(workspace: Workspace, row: Row, files: readonly FileEntry[], path: string): void {
  workspace.doc.transact(() => {
    for (const file of files) workspace.rename(file.id, path + file.path.slice(row.path.length))
  })
}
