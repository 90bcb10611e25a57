export interface FoundExpression {
  text: string
  /** Columns, counted from 1; the end is exclusive. */
  from: number
  to: number
}

const CHAIN = /[\p{L}_$][\p{L}\p{N}_$]*(?:(?:\.|->|::|\?\.)[\p{L}_$][\p{L}\p{N}_$]*)*/gu

/** The name under the mouse with what it belongs to (`a.b` for the b of `a.b.c`); nothing that calls or assigns. */
export function expressionAt(line: string, column: number): FoundExpression | undefined {
  for (const match of line.matchAll(CHAIN)) {
    const from = match.index
    const to = from + match[0].length
    if (column - 1 < from || column - 1 > to) continue
    const rest = line.slice(column - 1, to)
    const end = column - 1 + (/^[\p{L}\p{N}_$]*/u.exec(rest)?.[0].length ?? 0)
    return { text: line.slice(from, end), from: from + 1, to: end + 1 }
  }
  return undefined
}
