import * as Y from 'yjs'
import { randomId } from './randomId'
import { RunConfigurations } from './runConfigurations'

export interface FileEntry {
  id: string
  path: string
}

/** Origin of the transactions made by the file explorer and the run settings. */
const WORKSPACE = Symbol('workspace')

/** Why a path cannot be a file's, in words for the person who typed it; undefined when it can. */
export function pathProblem(path: string, taken: Iterable<string>): string | undefined {
  if (!path) return 'Type a name.'
  if (path.length > 200) return 'That name is too long.'
  // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
  if (/[\u0000-\u001f\u007f\\]/.test(path)) return 'Names cannot contain control characters or backslashes.'
  const parts = path.split('/')
  if (parts.some((part) => part === '' || part === '.' || part === '..')) {
    return 'Write folders as folder/file.py, without “.” or “..”.'
  }
  for (const other of taken) {
    if (other === path) return `${path} already exists.`
    if (other.startsWith(`${path}/`)) return `${path} is a folder.`
    if (path.startsWith(`${other}/`)) return `${other} is a file.`
  }
  return undefined
}

/** The files and the run settings of a room's document. */
export class Workspace {
  readonly #files: Y.Map<Y.Map<unknown>>
  readonly #settings: Y.Map<unknown>

  readonly configurations: RunConfigurations

  constructor(readonly doc: Y.Doc) {
    this.#files = doc.getMap('files')
    this.#settings = doc.getMap('settings')
    this.configurations = new RunConfigurations(doc, this.#settings, WORKSPACE)
  }

  list(): FileEntry[] {
    return [...this.#files.keys()]
      .map((id) => ({ id, path: this.path(id) ?? '' }))
      .filter((file) => file.path !== '')
      .toSorted((a, b) => (a.path < b.path ? -1 : 1))
  }

  path(id: string): string | undefined {
    const path = this.#files.get(id)?.get('path')
    return typeof path === 'string' ? path : undefined
  }

  text(id: string): Y.Text | undefined {
    const text = this.#files.get(id)?.get('text')
    return text instanceof Y.Text ? text : undefined
  }

  *texts(): Generator<{ path: string; text: string }> {
    for (const { id, path } of this.list()) yield { path, text: this.text(id)?.toString() ?? '' }
  }

  create(path: string, content = '', id = randomId()): string {
    this.doc.transact(() => {
      const file = new Y.Map<unknown>()
      file.set('path', path)
      file.set('text', new Y.Text(content.replaceAll('\r\n', '\n')))
      this.#files.set(id, file)
    }, WORKSPACE)
    return id
  }

  rename(id: string, path: string): void {
    this.doc.transact(() => this.#files.get(id)?.set('path', path), WORKSPACE)
  }

  /** Removes files; the returned function puts them back as they were. */
  remove(ids: readonly string[]): () => void {
    const removed = ids.flatMap((id) => {
      const path = this.path(id)
      return path === undefined ? [] : [{ id, path, text: this.text(id)?.toString() ?? '' }]
    })
    this.doc.transact(() => removed.forEach(({ id }) => this.#files.delete(id)), WORKSPACE)
    return () =>
      this.doc.transact(() => {
        for (const { id, path, text } of removed) if (!this.#files.has(id)) this.create(path, text, id)
      }, WORKSPACE)
  }

  /** What Run uses, of the configuration that the room has chosen; `control` is the whole room's. */
  setting(name: 'runtime' | 'entry' | 'control'): string | undefined {
    if (name !== 'control') return this.configurations.active[name]
    const value = this.#settings.get(name)
    return typeof value === 'string' ? value : undefined
  }

  setSetting(name: 'control', value: string | undefined): void {
    this.doc.transact(() => {
      if (value === undefined) this.#settings.delete(name)
      else this.#settings.set(name, value)
    }, WORKSPACE)
  }

  /** Calls back when files appear, vanish or are renamed, and when a run setting changes; not on text. */
  observe(changed: () => void): () => void {
    const files = (events: Y.YEvent<Y.AbstractType<unknown>>[]) => {
      const structural = events.some((event) => event instanceof Y.YMapEvent)
      if (structural) changed()
    }
    this.#files.observeDeep(files)
    this.#settings.observe(changed)
    const stop = this.configurations.observe(changed)
    return () => {
      stop()
      this.#files.unobserveDeep(files)
      this.#settings.unobserve(changed)
    }
  }
}
