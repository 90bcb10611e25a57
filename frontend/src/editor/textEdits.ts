/** Pure text arithmetic between Yjs and the editor. Offsets are UTF-16 units, which both sides use. */

export const isHighSurrogate = (unit: number): boolean => unit >= 0xd800 && unit <= 0xdbff
export const isLowSurrogate = (unit: number): boolean => unit >= 0xdc00 && unit <= 0xdfff

export interface Replacement {
  start: number
  end: number
  text: string
}

/** The smallest single replacement that turns `from` into `to` and splits no surrogate pair. */
export function smallestReplacement(from: string, to: string): Replacement | undefined {
  if (from === to) return undefined
  const shorter = Math.min(from.length, to.length)
  let head = 0
  while (head < shorter && from.charCodeAt(head) === to.charCodeAt(head)) head += 1
  let tail = 0
  while (
    tail < shorter - head &&
    from.charCodeAt(from.length - 1 - tail) === to.charCodeAt(to.length - 1 - tail)
  ) {
    tail += 1
  }
  if (head > 0 && isHighSurrogate(from.charCodeAt(head - 1))) head -= 1
  if (tail > 0 && isLowSurrogate(from.charCodeAt(from.length - tail))) tail -= 1
  return { start: head, end: from.length - tail, text: to.slice(head, to.length - tail) }
}

export interface DeltaOperation {
  retain?: number | undefined
  delete?: number | undefined
  insert?: unknown
}

/** The replacements of one Yjs text event, in offsets of the text before it; neighbours are merged. */
export function replacementsOf(delta: readonly DeltaOperation[]): Replacement[] {
  const all: Replacement[] = []
  let at = 0
  for (const operation of delta) {
    if (operation.retain !== undefined) {
      at += operation.retain
      continue
    }
    const end = at + (operation.delete ?? 0)
    const text = typeof operation.insert === 'string' ? operation.insert : ''
    const last = all.at(-1)
    if (last && last.end === at) {
      last.end = end
      last.text += text
    } else {
      all.push({ start: at, end, text })
    }
    at = end
  }
  return all
}

/** Text that ranges of the editor cannot carry: half of a surrogate pair at its edge, or a CR. */
export function isAwkward(text: string): boolean {
  if (text === '') return false
  return (
    isLowSurrogate(text.charCodeAt(0)) ||
    isHighSurrogate(text.charCodeAt(text.length - 1)) ||
    text.includes('\r')
  )
}
