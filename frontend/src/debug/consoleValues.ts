/** Values in the console, which can be opened while the program stands where they were evaluated. */
import { referenceOf } from './parts'
import type { ConsoleEntry, Variable } from './protocol'

/** What was opened of them, by the stop that they belong to. */
export type Opened = Readonly<Record<number, Readonly<Record<string, readonly Variable[]>>>>

const STOPS_KEPT = 20

/** Keeps what was opened of the console's values at a stop that is left: it cannot be read any more. */
export function keepOpened(
  opened: Opened,
  console: readonly ConsoleEntry[],
  stop: number | undefined,
  variables: Readonly<Record<string, readonly Variable[]>>,
): Opened {
  if (stop === undefined) return opened
  const roots = console.filter((entry) => entry.stop === stop).map((entry) => entry.variablesReference ?? 0)
  const inside = insideOfAll(roots, variables)
  if (Object.keys(inside).length === 0) return opened
  const kept = Object.entries({ ...opened, [stop]: inside })
  return Object.fromEntries(kept.slice(-STOPS_KEPT))
}

function insideOfAll(roots: readonly number[], variables: Readonly<Record<string, readonly Variable[]>>) {
  const keys = new Map<number, string[]>()
  for (const key of Object.keys(variables)) {
    keys.set(referenceOf(key), [...(keys.get(referenceOf(key)) ?? []), key])
  }
  const inside: Record<string, readonly Variable[]> = {}
  const waiting = new Set(roots)
  for (const reference of waiting) {
    for (const key of keys.get(reference) ?? []) {
      const read = variables[key] ?? []
      inside[key] = read
      for (const { variablesReference } of read) waiting.add(variablesReference)
    }
  }
  return inside
}
