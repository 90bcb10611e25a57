/** What the console offers while an expression is typed. */

export interface Completion {
  label: string
  text?: string
  sortText?: string
  start?: number
  length?: number
}

const OFFERED = 8
const WORD = /[\p{L}\p{N}_$]*$/u

/** Those that go on from what stands before the cursor: some debuggers answer with all that they know. */
export function offersFor(typed: string, targets: readonly Completion[]): Completion[] {
  const seen = new Set<string>()
  return targets
    .filter((target) => {
      const begun = typed.slice(target.length === undefined ? wordStart(typed) : (target.start ?? 0))
      const goesOn = startsWith(inserted(target), begun) || startsWith(target.label, begun)
      return goesOn && inserted(target) !== begun && !seen.has(target.label) && seen.add(target.label)
    })
    .toSorted((a, b) => compare(a.sortText ?? '', b.sortText ?? ''))
    .slice(0, OFFERED)
}

/** The text with an offer in place of the word that it completes. */
export function completed(text: string, cursor: number, offer: Completion): string {
  const { start, length } = offer
  const isPlaced = start !== undefined && length !== undefined
  const from = isPlaced ? start : wordStart(text.slice(0, cursor))
  const to = isPlaced ? start + length : cursor
  return text.slice(0, from) + inserted(offer) + text.slice(Math.max(to, cursor))
}

const wordStart = (typed: string) => typed.length - (WORD.exec(typed)?.[0].length ?? 0)
const inserted = ({ label, text }: Completion) => text ?? label
const startsWith = (whole: string, begun: string) => whole.toLowerCase().startsWith(begun.toLowerCase())
const compare = (a: string, b: string) => (a < b ? -1 : Number(a > b))
