const KEPT = 100

/** What was typed into the console of this page, and where in it one is. */
export class ConsoleHistory {
  readonly #lines: string[] = []
  #at = 0
  #draft = ''

  add(line: string): void {
    if (this.#lines.at(-1) !== line) this.#lines.push(line)
    if (this.#lines.length > KEPT) this.#lines.shift()
    this.#at = this.#lines.length
  }

  /** @param typed What stands in the field; it is kept as the newest. */
  earlier(typed: string): string {
    if (this.#at === this.#lines.length) this.#draft = typed
    this.#at = Math.max(0, this.#at - 1)
    return this.#lines[this.#at] ?? typed
  }

  later(typed: string): string {
    if (this.#at >= this.#lines.length) return typed
    this.#at += 1
    return this.#lines[this.#at] ?? this.#draft
  }
}
