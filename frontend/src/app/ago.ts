const UNITS: [Intl.RelativeTimeFormatUnit, number][] = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
]

/** `3 hours ago`; the newest is `just now`. */
export function ago(at: number, now = Date.now()): string {
  const format = new Intl.RelativeTimeFormat('en', { numeric: 'auto' })
  for (const [unit, ms] of UNITS) {
    const count = Math.floor((now - at) / ms)
    if (count >= 1) return format.format(-count, unit)
  }
  return 'just now'
}
