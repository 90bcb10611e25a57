/** What each variable was at the last stop, to mark those that have changed since. */
export class ValueMemory {
  #stop = ''
  #now = new Map<string, string>()
  #before = new Map<string, string>()

  /**
   * Notes a value that is shown.
   *
   * @param stop Names the stop: its run and number.
   * @param path Names the variable the same from stop to stop.
   * @returns Whether it is another than at the last stop.
   */
  note(stop: string, path: string, value: string): boolean {
    if (stop !== this.#stop) {
      this.#before = this.#now
      this.#now = new Map()
      this.#stop = stop
    }
    this.#now.set(path, value)
    const before = this.#before.get(path)
    return before !== undefined && before !== value
  }
}
