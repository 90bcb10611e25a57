/** What a tree knows of its rows beside what they show. */

/** Letters typed within this time are one word. */
const TOGETHER_MS = 600

/** Finds rows by the letters that are typed. */
export class Typeahead {
  #word = ''
  #at = -TOGETHER_MS

  /**
   * @param now In ms.
   * @param from The row that has the focus.
   * @returns The next row that begins with what was typed; a letter alone leads on from row to row.
   */
  find(letter: string, now: number, texts: readonly string[], from: number): number | undefined {
    this.#word = now - this.#at < TOGETHER_MS ? this.#word + letter : letter
    this.#at = now
    const [first = ''] = this.#word
    const repeated = [...this.#word].every((one) => one === first)
    const word = (repeated ? first : this.#word).toLowerCase()
    const start = repeated ? from + 1 : from
    const order = texts.map((_, index) => (start + index) % texts.length)
    return order.find((index) => texts[index]?.toLowerCase().startsWith(word))
  }
}

/** Where each row is among those beside it, counted from 1, and how many these are. */
export function placesOf(rows: readonly { level: number }[]): { place: number; of: number }[] {
  const open: { size: number }[] = []
  const places = rows.map(({ level }) => {
    open.length = Math.min(open.length, level)
    let group = open[level - 1]
    if (!group) {
      group = { size: 0 }
      open[level - 1] = group
    }
    group.size += 1
    return { place: group.size, group }
  })
  return places.map(({ place, group }) => ({ place, of: group.size }))
}
