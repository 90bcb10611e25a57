/** Many rows as ranges of at most a hundred, and ranges of ranges, so that each level is short. */
import { PAGE } from './parts'
import type { Known, VariableRow } from './variableRows'

const RANGES = 100

interface Ranges {
  /** @param end Exclusive, as everywhere here. */
  name: (start: number, end: number) => string
  /** The rows inside of a range of the smallest kind. */
  inside: (row: VariableRow, start: number, count: number) => VariableRow[]
}

export function rangeRows(row: VariableRow, length: number, known: Known, ranges: Ranges): VariableRow[] {
  return rowsWithin(row, { start: 0, end: length }, known, ranges)
}

function rowsWithin(
  row: VariableRow,
  { start, end }: { start: number; end: number },
  known: Known,
  ranges: Ranges,
): VariableRow[] {
  const size = rangeSize(end - start)
  const starts = Array.from({ length: Math.ceil((end - start) / size) }, (_, index) => start + index * size)
  return starts.flatMap((from) => {
    const to = Math.min(from + size, end)
    const path = `${row.path}/[${from}]`
    const range: VariableRow = {
      ...row,
      path,
      level: row.level + 1,
      kind: 'page',
      name: ranges.name(from, to),
      value: '',
      type: '',
      expandable: true,
      expanded: known.expanded.get(path) ?? false,
      container: 0,
    }
    if (!range.expanded) return [range]
    const inside =
      size > PAGE
        ? rowsWithin(range, { start: from, end: to }, known, ranges)
        : ranges.inside(range, from, to - from)
    return [range, ...inside]
  })
}

function rangeSize(length: number): number {
  let size = PAGE
  while (length / size > RANGES) size *= RANGES
  return size
}
