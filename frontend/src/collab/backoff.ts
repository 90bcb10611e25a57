const FIRST_MS = 200
const LONGEST_MS = 8_000

/**
 * The wait before the next attempt, with full jitter: a server that restarts meets its clients
 * spread over the whole interval instead of in one wave.
 */
export function fullJitter(attempt: number, random: () => number = Math.random): number {
  const ceiling = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(attempt, 16))
  return Math.round(random() * ceiling)
}
