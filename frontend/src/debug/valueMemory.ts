interface At {
  run: number | undefined
  stop: number | undefined
}

/** What each variable was at the last stop, to mark those that have changed since. */
export class ValueMemory {
  #at: At = { run: undefined, stop: undefined }
  #now = new Map<string, string>()
  #before = new Map<string, string>()

  /**
   * Notes a value that is shown.
   *
   * @param path Names the variable the same from stop to stop.
   * @returns Whether it is known to be another than at the stop before; what was not shown there is not known.
   */
  note(at: At, path: string, value: string): boolean {
    if (at.run !== this.#at.run || at.stop !== this.#at.stop) {
      const follows = at.run === this.#at.run && at.stop === (this.#at.stop ?? 0) + 1
      this.#before = follows ? this.#now : new Map()
      this.#now = new Map()
      this.#at = at
    }
    this.#now.set(path, value)
    const before = this.#before.get(path)
    return before !== undefined && before !== value
  }
}
