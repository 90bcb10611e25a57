/** Values are long at times: a page that draws whole books is slow. */
const LINE = 300
const TITLE = 2000

export interface ShortValue {
  /** What stands in a row: one line. */
  line: string
  /** What is told when it is pointed at. */
  title: string
  /** There is more to it. */
  cut: boolean
}

export function shortValue(value: string): ShortValue {
  const cut = value.length > LINE
  const line = (cut ? `${value.slice(0, LINE)}…` : value).replace(/\s*\n\s*/g, ' ')
  const title = value.length > TITLE ? `${value.slice(0, TITLE)}…` : value
  return { line, title, cut }
}
