/** Which line of the text as it is now a line of the text that runs has become. */

export interface LineMap {
  /** From a line of the text that runs to the line now. Both count from 1. */
  toNow(line: number): number
  /** The other way; undefined for a line that is not as it ran. */
  toRan(line: number): number | undefined
  /** Whether the line is still there as it ran. */
  isKept(line: number): boolean
  /** The lines now that are not as they ran, counted from 1. */
  changed: readonly number[]
}

/** With more added and removed lines than this the middle is taken as replaced: nobody reads that many marks. */
const LONGEST_DIFFERENCE = 500

/** @returns A map that is the same on every page, as it follows from the two texts alone. */
export function mapLines(ran: string, now: string): LineMap {
  const before = ran.split('\n')
  const after = now.split('\n')
  const { head, tail } = sharedEdges(before, after)
  const middle = matchesOf(before.slice(head, before.length - tail), after.slice(head, after.length - tail))
  const target = (index: number): number | undefined => {
    if (index < head) return index
    if (index >= before.length - tail) return index + after.length - before.length
    const match = middle[index - head]
    return match === undefined ? undefined : match + head
  }
  const kept = new Map(before.map((_, index) => [target(index), index]))
  return {
    toNow: (line) => nearest(target, before.length, after.length, line - 1) + 1,
    toRan: (line) => {
      const index = kept.get(line - 1)
      return index === undefined ? undefined : index + 1
    },
    isKept: (line) => target(line - 1) !== undefined,
    changed: after.flatMap((_, index) => (kept.has(index) ? [] : [index + 1])),
  }
}

function sharedEdges(before: readonly string[], after: readonly string[]): { head: number; tail: number } {
  const shorter = Math.min(before.length, after.length)
  let head = 0
  while (head < shorter && before[head] === after[head]) head += 1
  let tail = 0
  while (tail < shorter - head && before.at(-1 - tail) === after.at(-1 - tail)) tail += 1
  return { head, tail }
}

/** A changed line is as far below the last kept one as it was, but not below the next kept one. */
function nearest(
  target: (index: number) => number | undefined,
  lines: number,
  linesNow: number,
  index: number,
): number {
  const exact = target(index)
  if (exact !== undefined) return clamp(exact, 0, linesNow - 1)
  let above = index - 1
  while (above >= 0 && target(above) === undefined) above -= 1
  let below = index + 1
  while (below < lines && target(below) === undefined) below += 1
  const first = above < 0 ? 0 : (target(above) ?? 0) + 1
  const last = (below < lines ? (target(below) ?? linesNow) : linesNow) - 1
  return clamp(first + (index - above - 1), Math.min(first, linesNow - 1), Math.max(last, 0))
}

const clamp = (value: number, low: number, high: number) => Math.max(low, Math.min(value, high))

/** For each line before, its partner after: Myers' greedy comparison, which costs by what differs. */
function matchesOf(before: readonly string[], after: readonly string[]): (number | undefined)[] {
  const matches: (number | undefined)[] = before.map(() => undefined)
  const trace = furthestPaths(before, after)
  let row = before.length
  let column = after.length
  for (let edits = trace.length - 1; edits >= 0; edits -= 1) {
    const reached = (diagonal: number) => trace[edits - 1]?.[diagonal + edits - 1] ?? 0
    const diagonal = row - column
    const inserts = edits > 0 && comesByInsertion(reached, diagonal, edits)
    const from = edits > 0 ? reached(inserts ? diagonal + 1 : diagonal - 1) : 0
    const start = edits > 0 && !inserts ? from + 1 : from
    while (row > start) matches[--row] = --column
    if (edits === 0) break
    if (inserts) column -= 1
    else row -= 1
  }
  return matches
}

type Reached = (diagonal: number) => number

/** Whether the path on a diagonal goes on from the one above it, by a line that is only after. */
function comesByInsertion(reached: Reached, diagonal: number, edits: number): boolean {
  return diagonal === -edits || (diagonal !== edits && reached(diagonal - 1) < reached(diagonal + 1))
}

/** For each number of edits, how far each diagonal gets; none where more than the longest would be needed. */
function furthestPaths(before: readonly string[], after: readonly string[]): number[][] {
  const trace: number[][] = []
  for (let edits = 0; edits <= LONGEST_DIFFERENCE; edits += 1) {
    const last = trace.at(-1)
    const reached = (diagonal: number) => last?.[diagonal + edits - 1] ?? 0
    const paths: number[] = []
    for (let diagonal = -edits; diagonal <= edits; diagonal += 2) {
      const inserts = comesByInsertion(reached, diagonal, edits)
      let row = edits === 0 ? 0 : inserts ? reached(diagonal + 1) : reached(diagonal - 1) + 1
      while (row < before.length && row - diagonal < after.length && before[row] === after[row - diagonal])
        row += 1
      paths[diagonal + edits] = row
      if (row >= before.length && row - diagonal >= after.length) return [...trace, paths]
    }
    trace.push(paths)
  }
  return []
}
