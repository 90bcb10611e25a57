import * as Y from 'yjs'
import { randomId } from '../collab/randomId'
import type { Workspace } from '../collab/workspace'

/** What a person may set of a breakpoint; an empty text stands for none. */
export interface BreakpointSettings {
  enabled: boolean
  condition: string
  hitCondition: string
  logMessage: string
}

export interface Breakpoint extends BreakpointSettings {
  id: string
  /** The file's id: a rename changes nothing. */
  file: string
  /** In the text as it is now, counted from 1. */
  line: number
  /** The participant who set it. */
  by: string
}

const TEXTS = ['condition', 'hitCondition', 'logMessage'] as const
const USUAL: BreakpointSettings = { enabled: true, condition: '', hitCondition: '', logMessage: '' }

/** Origin of the transactions made here. */
export const BREAKPOINTS = Symbol('breakpoints')

/**
 * The room's breakpoints, in its document. Each is anchored to the first character of its line that is not
 * blank, so that it goes with the line wherever anybody's edits move it, through new indentation too.
 */
export class Breakpoints {
  readonly #map: Y.Map<Y.Map<unknown>>

  constructor(private readonly workspace: Workspace) {
    this.#map = workspace.doc.getMap('breakpoints')
  }

  /** All of them by path and line; of several that edits have brought to one line, the first by id. */
  list(): Breakpoint[] {
    const lines = new LineTable()
    const seen = new Set<string>()
    return [...this.#map.entries()]
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .flatMap(([id, entry]) => this.#resolve(id, entry, lines) ?? [])
      .filter(({ file, line }) => {
        const place = `${file}:${line}`
        return !seen.has(place) && seen.add(place)
      })
      .toSorted((a, b) => this.#path(a).localeCompare(this.#path(b)) || a.line - b.line)
  }

  at(file: string, line: number): Breakpoint | undefined {
    return this.list().find((one) => one.file === file && one.line === line)
  }

  add(
    file: string,
    line: number,
    by: string,
    settings: Partial<BreakpointSettings> = {},
  ): string | undefined {
    const text = this.workspace.text(file)
    const offset = text && firstCharacter(text.toString(), line)
    if (!text || offset === undefined) return undefined
    const id = randomId()
    const anchor = Y.relativePositionToJSON(Y.createRelativePositionFromTypeIndex(text, offset, 0))
    const entry = new Y.Map<unknown>(Object.entries({ file, anchor, by, enabled: true }))
    this.workspace.doc.transact(() => {
      this.#map.set(id, entry)
      write(entry, settings)
    }, BREAKPOINTS)
    return id
  }

  /** Removes what is on the line, else sets one there. */
  toggle(file: string, line: number, by: string): void {
    const there = this.at(file, line)
    if (there) this.remove(there)
    else this.add(file, line, by)
  }

  change(id: string, settings: Partial<BreakpointSettings>): void {
    const entry = this.#map.get(id)
    if (entry) this.workspace.doc.transact(() => write(entry, settings), BREAKPOINTS)
  }

  /** Removes it, with any others that edits have brought to its line. */
  remove({ file, line }: Pick<Breakpoint, 'file' | 'line'>): void {
    const lines = new LineTable()
    const there = [...this.#map.entries()].filter(([id, entry]) => {
      const one = this.#resolve(id, entry, lines)
      return one?.file === file && one.line === line
    })
    this.workspace.doc.transact(() => there.forEach(([id]) => this.#map.delete(id)), BREAKPOINTS)
  }

  /** Notes those of files that are about to be removed; the returned function sets them in the files put back. */
  keep(files: readonly string[]): () => void {
    const kept = this.list().filter(({ file }) => files.includes(file))
    return () =>
      this.workspace.doc.transact(() => {
        for (const { id, file, line, by, ...settings } of kept) {
          this.#map.delete(id)
          this.add(file, line, by, settings)
        }
      }, BREAKPOINTS)
  }

  clear(): void {
    this.workspace.doc.transact(() => this.#map.clear(), BREAKPOINTS)
  }

  /** Calls back, at most once a frame, when there are others or when edits may have moved them. */
  observe(changed: () => void): () => void {
    let frame = 0
    const soon = () => {
      frame ||= requestAnimationFrame(() => {
        frame = 0
        changed()
      })
    }
    const { doc } = this.workspace
    const moved = () => this.#map.size > 0 && soon()
    this.#map.observeDeep(soon)
    doc.on('update', moved)
    return () => {
      cancelAnimationFrame(frame)
      this.#map.unobserveDeep(soon)
      doc.off('update', moved)
    }
  }

  #path({ file }: Breakpoint): string {
    return this.workspace.path(file) ?? ''
  }

  #resolve(id: string, entry: Y.Map<unknown>, lines: LineTable): Breakpoint | undefined {
    if (!(entry instanceof Y.Map)) return undefined
    const file = entry.get('file')
    const text = typeof file === 'string' ? this.workspace.text(file) : undefined
    if (typeof file !== 'string' || !text) return undefined
    const offset = offsetOf(entry.get('anchor'), text)
    if (offset === undefined) return undefined
    const by = entry.get('by')
    return {
      id,
      file,
      line: lines.lineAt(text, offset),
      by: typeof by === 'string' ? by : '',
      ...settingsOf(entry),
    }
  }
}

export function settingsOf(entry: Y.Map<unknown>): BreakpointSettings {
  const settings = { ...USUAL, enabled: entry.get('enabled') !== false }
  for (const name of TEXTS) {
    const value = entry.get(name)
    if (typeof value === 'string') settings[name] = value
  }
  return settings
}

export function write(entry: Y.Map<unknown>, settings: Partial<BreakpointSettings>): void {
  if (settings.enabled !== undefined) entry.set('enabled', settings.enabled)
  for (const name of TEXTS) {
    const value = settings[name]?.trim()
    if (value) entry.set(name, value)
    else if (value === '') entry.delete(name)
  }
}

/** Undefined where the anchor is none, or not of this text: anybody may have written it. */
function offsetOf(written: unknown, text: Y.Text): number | undefined {
  const anchor = typeof written === 'string' ? parsed(written) : written
  if (!text.doc || typeof anchor !== 'object' || anchor === null) return undefined
  const relative = Y.createRelativePositionFromJSON(anchor)
  const place = Y.createAbsolutePositionFromRelativePosition(relative, text.doc)
  return place?.type === text ? place.index : undefined
}

/** Some clients write a relative position's JSON form as text. */
function parsed(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch {
    return undefined
  }
}

/** The offset of the line's first character that is not blank; its end where all are. */
function firstCharacter(text: string, line: number): number | undefined {
  let start = 0
  for (let count = 1; count < line; count += 1) {
    const end = text.indexOf('\n', start)
    if (end < 0) return undefined
    start = end + 1
  }
  while (text[start] === ' ' || text[start] === '\t') start += 1
  return start
}

/** Where the lines of each text begin, read once for all breakpoints. */
class LineTable {
  readonly #starts = new Map<Y.Text, number[]>()

  lineAt(text: Y.Text, offset: number): number {
    const starts = this.#startsOf(text)
    let low = 0
    let high = starts.length
    while (low < high) {
      const middle = (low + high) >> 1
      if ((starts[middle] ?? 0) <= offset) low = middle + 1
      else high = middle
    }
    return low
  }

  #startsOf(text: Y.Text): number[] {
    const known = this.#starts.get(text)
    if (known) return known
    const content = text.toString()
    const starts = [0]
    for (let at = content.indexOf('\n'); at >= 0; at = content.indexOf('\n', at + 1)) starts.push(at + 1)
    this.#starts.set(text, starts)
    return starts
  }
}
