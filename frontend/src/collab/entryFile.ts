import type { Runtime } from '../api/types'
import type { FileEntry } from './workspace'

/**
 * The file that Run starts with, chosen as the server does: the one that the settings name, else the
 * runtime's usual one, else the first in the runtime's language, else the first.
 */
export function entryFile(
  files: readonly FileEntry[],
  named: string | undefined,
  runtime: Pick<Runtime, 'entry' | 'extensions'> | undefined,
): FileEntry | undefined {
  const at = (path: string | undefined) => files.find((file) => file.path === path)
  const inItsLanguage = ({ path }: FileEntry) =>
    runtime?.extensions.some((extension) => path.endsWith(extension)) ?? false
  return at(named) ?? at(runtime?.entry) ?? files.find(inItsLanguage) ?? files[0]
}
