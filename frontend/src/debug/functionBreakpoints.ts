import * as Y from 'yjs'
import { randomId } from '../collab/randomId'
import { BREAKPOINTS, settingsOf, write, type BreakpointSettings } from './breakpoints'

/** What a person may set of it: protocols write no messages at functions. */
export type FunctionSettings = Omit<BreakpointSettings, 'logMessage'> & { function: string }

export interface FunctionBreakpoint extends FunctionSettings {
  id: string
  /** The participant who set it. */
  by: string
}

/** The functions that the room's programs stop at, by name: beside the breakpoints on lines in its document. */
export class FunctionBreakpoints {
  readonly #map: Y.Map<Y.Map<unknown>>

  constructor(private readonly doc: Y.Doc) {
    this.#map = doc.getMap('breakpoints')
  }

  /** All of them by name. */
  list(): FunctionBreakpoint[] {
    return [...this.#map.entries()]
      .flatMap(([id, entry]) => read(id, entry) ?? [])
      .toSorted((a, b) => a.function.localeCompare(b.function) || (a.id < b.id ? -1 : 1))
  }

  /** Sets one; where there is one of that name already, it is enabled. */
  add(name: string, by: string): void {
    const text = name.trim()
    if (!text) return
    const there = this.list().find((one) => one.function === text)
    if (there) this.change(there.id, { enabled: true })
    else {
      const entry = new Y.Map<unknown>(Object.entries({ function: text, by, enabled: true }))
      this.doc.transact(() => this.#map.set(randomId(), entry), BREAKPOINTS)
    }
  }

  /** A name that is empty is no name: the old one stays. */
  change(id: string, { function: name, ...settings }: Partial<FunctionSettings>): void {
    const entry = this.#map.get(id)
    if (!entry) return
    this.doc.transact(() => {
      const text = name?.trim()
      if (text) entry.set('function', text)
      write(entry, settings)
    }, BREAKPOINTS)
  }

  remove(id: string): void {
    this.doc.transact(() => this.#map.delete(id), BREAKPOINTS)
  }

  observe(changed: () => void): () => void {
    this.#map.observeDeep(changed)
    return () => this.#map.unobserveDeep(changed)
  }
}

/** Undefined for one on a line, and for what is neither: anybody may have written it. */
function read(id: string, entry: unknown): FunctionBreakpoint | undefined {
  if (!(entry instanceof Y.Map) || typeof entry.get('file') === 'string') return undefined
  const name: unknown = entry.get('function')
  if (typeof name !== 'string' || !name.trim()) return undefined
  const by: unknown = entry.get('by')
  const { enabled, condition, hitCondition } = settingsOf(entry)
  const settings = { function: name.trim(), enabled, condition, hitCondition }
  return { id, by: typeof by === 'string' ? by : '', ...settings }
}
