import type { FileEntry } from '../collab/workspace'

/** One visible line of the file list. Folders exist through the files in them. */
export interface Row {
  kind: 'file' | 'folder'
  /** The file's id; for a folder its path. */
  key: string
  path: string
  name: string
  level: number
  open: boolean
}

interface Folder {
  folders: Map<string, Folder>
  files: FileEntry[]
}

const empty = (): Folder => ({ folders: new Map(), files: [] })
const byName = new Intl.Collator('en', { numeric: true, sensitivity: 'base' })

export function treeRows(files: readonly FileEntry[], closed: ReadonlySet<string>): Row[] {
  const root = empty()
  for (const file of files) {
    let folder = root
    for (const part of file.path.split('/').slice(0, -1)) {
      const child = folder.folders.get(part) ?? empty()
      folder.folders.set(part, child)
      folder = child
    }
    folder.files.push(file)
  }
  return rowsOf(root, '', 0, closed)
}

function rowsOf(folder: Folder, prefix: string, level: number, closed: ReadonlySet<string>): Row[] {
  const folders = [...folder.folders].toSorted(([a], [b]) => byName.compare(a, b))
  const rows = folders.flatMap(([name, child]): Row[] => {
    const path = prefix + name
    const open = !closed.has(path)
    const row: Row = { kind: 'folder', key: path, path, name, level, open }
    return open ? [row, ...rowsOf(child, `${path}/`, level + 1, closed)] : [row]
  })
  const files = folder.files
    .map(({ id, path }): Row => {
      const name = path.slice(prefix.length)
      return { kind: 'file', key: id, path, name, level, open: false }
    })
    .toSorted((a, b) => byName.compare(a.name, b.name))
  return [...rows, ...files]
}

/** The files that a row stands for: itself, or all in the folder. */
export function filesUnder(row: Row, files: readonly FileEntry[]): FileEntry[] {
  if (row.kind === 'file') return files.filter((file) => file.id === row.key)
  return files.filter((file) => file.path.startsWith(`${row.path}/`))
}

export const parentOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf('/')))
