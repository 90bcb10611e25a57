import * as Y from 'yjs'
import type { NamedText } from './textHash'
import type { Workspace } from './workspace'

/** The files that this tab has changed and the server has not confirmed. */
export class Unsaved {
  readonly #texts = new Set<unknown>()

  constructor(private readonly workspace: Workspace) {}

  /** Notes what an own transaction has changed. */
  edited({ changed }: Y.Transaction): void {
    for (const [type, keys] of changed) {
      if (type instanceof Y.Text) this.#texts.add(type)
      // A file that is new: its text is too young to be listed as changed itself.
      for (const key of keys) if (key !== null) this.#texts.add(this.workspace.text(key))
    }
  }

  /** Everything is stored. */
  clear(): void {
    this.#texts.clear()
  }

  /** Those files as they read in this tab; deleted ones are not among them. */
  files(): NamedText[] {
    return this.workspace.list().flatMap(({ id, path }) => {
      const text = this.workspace.text(id)
      return text && this.#texts.has(text) ? [{ path, text: text.toString() }] : []
    })
  }
}

/** Those of the files that a workspace does not have, or has otherwise. */
export function missingIn(workspace: Workspace, files: readonly NamedText[]): NamedText[] {
  const present = new Map([...workspace.texts()].map(({ path, text }) => [path, text]))
  return files.filter(({ path, text }) => present.get(path) !== text)
}

/** Files as one text to copy: a single one as it is, several with their names above them. */
export function asOneText(files: readonly NamedText[]): string {
  const [only] = files
  if (only && files.length === 1) return only.text
  return files.map(({ path, text }) => `===== ${path} =====\n${text}`).join('\n')
}
