const GATHER_MS = 150
const OVERDUE_MS = 8_000

export interface BarrierPort {
  /** Sends the barrier `edits` on the socket. */
  ask(edits: number): void
  /** Called when `covered` or `overdue` may have changed. */
  changed(): void
}

/**
 * Knows whether everything typed in this tab is durable on the server.
 *
 * Local edits are counted. A barrier carries the count, and the server returns it once all that came
 * before it on the socket is stored; so an answer of n covers the first n edits, deletions included.
 */
export class SavedBarrier {
  #edits = 0
  #answered = 0
  #open = false
  #overdue = false
  #gather: ReturnType<typeof setTimeout> | undefined
  #deadline: ReturnType<typeof setTimeout> | undefined

  constructor(private readonly port: BarrierPort) {}

  /** True when the last answer covers every local edit. */
  get covered(): boolean {
    return this.#answered === this.#edits
  }

  /** True when the server is connected and has owed an answer for too long. */
  get overdue(): boolean {
    return this.#overdue && !this.covered
  }

  edited(): void {
    this.#edits += 1
    this.#schedule()
    this.port.changed()
  }

  /** This connection has carried all edits made so far: barriers on it mean what they say. */
  opened(): void {
    this.#open = true
    if (!this.covered) this.#ask()
  }

  closed(): void {
    this.#open = false
    this.#overdue = false
    this.#clear()
    this.port.changed()
  }

  answered(edits: number): void {
    if (edits <= this.#answered || edits > this.#edits) return
    this.#answered = edits
    if (this.covered) {
      this.#overdue = false
      this.#clear()
    }
    this.port.changed()
  }

  dispose(): void {
    this.#open = false
    this.#clear()
  }

  #schedule(): void {
    if (this.#open) this.#gather ??= setTimeout(() => this.#ask(), GATHER_MS)
  }

  #ask(): void {
    clearTimeout(this.#gather)
    this.#gather = undefined
    this.port.ask(this.#edits)
    this.#deadline ??= setTimeout(() => this.#late(), OVERDUE_MS)
  }

  #late(): void {
    this.#deadline = undefined
    if (this.covered) return
    this.#overdue = true
    this.#ask()
    this.port.changed()
  }

  #clear(): void {
    clearTimeout(this.#gather)
    clearTimeout(this.#deadline)
    this.#gather = undefined
    this.#deadline = undefined
  }
}
