import type * as Y from 'yjs'
import { randomId } from '../collab/randomId'

export interface Watch {
  id: string
  expression: string
  /** The participant who added it. */
  by: string
}

const WATCHES = Symbol('watches')

/** The expressions that the room watches, in its document. */
export class Watches {
  readonly #array: Y.Array<unknown>

  constructor(private readonly doc: Y.Doc) {
    this.#array = doc.getArray('watches')
  }

  list(): Watch[] {
    return this.#array.toArray().filter(isWatch)
  }

  add(expression: string, by: string): void {
    const text = expression.trim()
    if (text) this.doc.transact(() => this.#array.push([{ id: randomId(), expression: text, by }]), WATCHES)
  }

  /** Puts another expression in its place. An entry cannot be changed: it is plain JSON. */
  change(id: string, expression: string, by: string): void {
    const text = expression.trim()
    this.doc.transact(() => {
      const at = this.#remove(id)
      if (at >= 0 && text) this.#array.insert(at, [{ id, expression: text, by }])
    }, WATCHES)
  }

  remove(id: string): void {
    this.doc.transact(() => this.#remove(id), WATCHES)
  }

  observe(changed: () => void): () => void {
    this.#array.observe(changed)
    return () => this.#array.unobserve(changed)
  }

  #remove(id: string): number {
    const at = this.#array.toArray().findIndex((one) => isWatch(one) && one.id === id)
    if (at >= 0) this.#array.delete(at, 1)
    return at
  }
}

function isWatch(value: unknown): value is Watch {
  if (typeof value !== 'object' || value === null) return false
  const { id, expression } = value as Partial<Watch>
  return typeof id === 'string' && typeof expression === 'string'
}
