import * as Y from 'yjs'
import { randomId } from './randomId'

/** What a run configuration says; what is missing is the runtime's usual (docs: the room socket). */
export interface Configuration {
  runtime?: string
  entry?: string
  args?: string[]
  env?: Record<string, string>
  /** Path of the file that is the program's input; missing: it is typed. */
  stdin?: string
  /** Whether the program gets a terminal; missing: if its input is typed. */
  tty?: boolean
}

export interface NamedConfiguration {
  id: string
  name: string
}

const TEXTS = ['runtime', 'entry', 'stdin'] as const
const CHOSEN = 'configuration'

/** A room's run configurations: the default one (id null) is in its settings, the others have names. */
export class RunConfigurations {
  readonly #named: Y.Map<Y.Map<unknown>>

  /** @param origin Of the transactions made here. */
  constructor(
    private readonly doc: Y.Doc,
    private readonly settings: Y.Map<unknown>,
    private readonly origin: unknown,
  ) {
    this.#named = doc.getMap('configurations')
  }

  list(): NamedConfiguration[] {
    return [...this.#named.keys()]
      .filter((id) => this.#entry(id))
      .map((id) => ({ id, name: this.name(id) }))
      .toSorted((a, b) => a.name.localeCompare(b.name) || (a.id < b.id ? -1 : 1))
  }

  name(id: string): string {
    const name = this.#entry(id)?.get('name')
    return typeof name === 'string' && name ? name : 'Unnamed'
  }

  /** The id of the one that Run uses. */
  get chosen(): string | null {
    const id = this.settings.get(CHOSEN)
    return typeof id === 'string' && this.#entry(id) ? id : null
  }

  choose(id: string | null): void {
    this.#change(this.settings, CHOSEN, id ?? undefined)
  }

  /** What the chosen one says, with the room's language where it names none. */
  get active(): Configuration {
    const { chosen } = this
    const runtime = this.read(null).runtime
    return { ...(runtime === undefined ? {} : { runtime }), ...this.read(chosen) }
  }

  read(id: string | null): Configuration {
    const map = this.#map(id)
    const found: Configuration = {}
    for (const key of TEXTS) {
      const value = map?.get(key)
      if (typeof value === 'string' && value) found[key] = value
    }
    const [args, env, tty] = [map?.get('args'), map?.get('env'), map?.get('tty')]
    if (Array.isArray(args)) found.args = args.filter((arg) => typeof arg === 'string')
    if (isRecord(env)) found.env = byName(Object.entries(env).filter(isTextPair))
    if (typeof tty === 'boolean') found.tty = tty
    return found
  }

  set<K extends keyof Configuration>(id: string | null, key: K, value: Configuration[K] | undefined): void {
    this.#change(this.#map(id), key, value)
  }

  rename(id: string, name: string): void {
    this.#change(this.#entry(id), 'name', name)
  }

  /** Makes one that says what another does; returns its id. */
  add(name: string, like: string | null): string {
    const id = randomId()
    const copied = this.read(like)
    if (like === null) delete copied.runtime // it has the room's, whatever that will be
    this.doc.transact(
      () => this.#named.set(id, new Y.Map<unknown>(Object.entries({ name, ...copied }))),
      this.origin,
    )
    return id
  }

  /** Removes one; the returned function puts it back. */
  remove(id: string): () => void {
    const wasChosen = this.chosen === id
    const entries = [...(this.#entry(id)?.entries() ?? [])]
    this.doc.transact(() => this.#named.delete(id), this.origin)
    return () =>
      this.doc.transact(() => {
        this.#named.set(id, new Y.Map<unknown>(entries))
        if (wasChosen) this.choose(id)
      }, this.origin)
  }

  observe(changed: () => void): () => void {
    this.#named.observeDeep(changed)
    return () => this.#named.unobserveDeep(changed)
  }

  #entry(id: string): Y.Map<unknown> | undefined {
    const entry: unknown = this.#named.get(id)
    return entry instanceof Y.Map ? entry : undefined
  }

  #map(id: string | null): Y.Map<unknown> | undefined {
    return id === null ? this.settings : this.#entry(id)
  }

  #change(map: Y.Map<unknown> | undefined, key: string, value: unknown): void {
    this.doc.transact(() => {
      if (value === undefined) map?.delete(key)
      else map?.set(key, value)
    }, this.origin)
  }
}

/** Variables in one order for all: a document keeps none. */
export const byName = (pairs: readonly [string, string][]): Record<string, string> =>
  Object.fromEntries(pairs.toSorted(([a], [b]) => (a < b ? -1 : 1)))

function isRecord(value: unknown): value is Record<string, unknown> {
  return (
    typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Y.AbstractType)
  )
}

function isTextPair(pair: [string, unknown]): pair is [string, string] {
  return typeof pair[1] === 'string'
}
