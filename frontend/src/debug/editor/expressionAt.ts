export interface FoundExpression {
  text: string
  /** Columns, counted from 1; the end is exclusive. */
  from: number
  to: number
}

const NAME = /(?:@{1,2}|\$)?[\p{L}_][\p{L}\p{N}_$]*|\$[\p{L}\p{N}_$]*/gu
const MEMBER = /(?:\.|->|::|\?\.)(?:[\p{L}_$][\p{L}\p{N}_$]*|\d+)/uy
/** What may stand in brackets: nothing that calls, assigns or quotes a bracket. */
const INDEX = /\[(?:[^[\]()=;{}'"`]|'[^'\\[\]]*'|"[^"\\[\]]*"|\[[^[\]()=;{}'"`]*\])+\]/uy
/** A name after this belongs to something that is no name: what a call returns. */
const BELONGS = /(?:\.|->|::)\s*$/

/**
 * The name under the mouse with what it belongs to: `a.b[0].c` for the c of `a.b[0].c.d`, `i` for that of `a[i]`.
 * Nothing that calls or assigns is found: looking must change nothing.
 */
export function expressionAt(line: string, column: number): FoundExpression | undefined {
  return find(line, column - 1, 0)
}

function find(line: string, at: number, start: number): FoundExpression | undefined {
  NAME.lastIndex = start
  for (let match = NAME.exec(line); match && match.index <= at; match = NAME.exec(line)) {
    const from = match.index
    const { ends, indexes } = chain(line, from + match[0].length)
    NAME.lastIndex = ends.at(-1) ?? 0
    if (at > NAME.lastIndex || BELONGS.test(line.slice(0, from))) continue
    const index = indexes.find((one) => one.from < at && at < one.to - 1)
    const inside = index && find(line.slice(0, index.to - 1), at, index.from + 1)
    if (inside) return inside
    const to = ends.find((end) => at <= end) ?? NAME.lastIndex
    return { text: line.slice(from, to), from: from + 1, to: to + 1 }
  }
  return undefined
}

/** Where a name and each of its members and indexes end, and where the indexes are. */
function chain(line: string, nameEnd: number) {
  const ends = [nameEnd]
  const indexes: { from: number; to: number }[] = []
  for (;;) {
    const from = ends.at(-1) ?? 0
    MEMBER.lastIndex = INDEX.lastIndex = from
    if (MEMBER.test(line)) ends.push(MEMBER.lastIndex)
    else if (INDEX.test(line)) {
      indexes.push({ from, to: INDEX.lastIndex })
      ends.push(INDEX.lastIndex)
    } else return { ends, indexes }
  }
}

const CALLS_OR_ASSIGNS = /\(|;|\+\+|--|(?<![=!<>])=(?!=)|\b(?:await|yield|delete|new|import)\b/

/** What is selected in one line, if looking at it changes nothing: it neither calls nor assigns. */
export function selectedExpression(text: string): string | undefined {
  const selected = text.trim()
  return selected && !/\n/.test(selected) && !CALLS_OR_ASSIGNS.test(selected) ? selected : undefined
}
