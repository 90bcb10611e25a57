/** The tree of variables as the rows that are on the screen. */
import { PAGE, partKey, type Part } from './parts'
import type { Scope, Variable } from './protocol'
import { rangeRows } from './ranges'

/** Of more elements delve tells only the first 64, unless they are asked for by their count. */
const TOLD_TOGETHER = 60
/** So many that were read together are shown together. */
const SHOWN_TOGETHER = 500

export interface VariableRow {
  /** Names the row the same from stop to stop. */
  path: string
  level: number
  /** `left` is what was not read before the program went on. */
  kind: 'scope' | 'variable' | 'page' | 'loading' | 'unread' | 'left'
  name: string
  value: string
  type: string
  expandable: boolean
  expanded: boolean
  /** What is inside; 0 for nothing. */
  reference: number
  /** What a row that waits is to be read for. */
  part?: Part
  /** What holds it: where it is set. 0 where it cannot be. */
  container: number
  /** What names it in the program's language, as far as that is known. */
  expression?: string
}

/** What has been read so far, and which branches are open. */
export interface Known {
  variables: Readonly<Record<string, readonly Variable[]>>
  /** Why a part could not be read, by its key. */
  unread?: ReadonlyMap<string, string>
  /** By path; what is not in it is as it comes: the frame's own scopes open, the rest closed. */
  expanded: ReadonlyMap<string, boolean>
}

/** What js-debug hints to be locals, and belongs to all that is within the function or the module. */
const AROUND = /^(Closure|Module|Script)\b/

/** The scopes that hold what the frame's own lines name: its arguments and locals, else the first that is not dear. */
export function ownScopes(scopes: readonly Scope[]): Scope[] {
  const own = scopes.filter(
    ({ name, presentationHint }) => /^(arguments|locals)$/.test(presentationHint ?? '') && !AROUND.test(name),
  )
  return own.length > 0 ? own : scopes.filter(({ expensive }) => !expensive).slice(0, 1)
}

export function scopeRows(scopes: readonly Scope[], root: string, known: Known): VariableRow[] {
  const own = ownScopes(scopes)
  return scopes.flatMap((scope) => {
    const path = `${root}/${scope.name}`
    const row: VariableRow = {
      path,
      level: 1,
      kind: 'scope',
      name: scope.name,
      value: '',
      type: '',
      expandable: scope.variablesReference > 0,
      expanded: known.expanded.get(path) ?? own.includes(scope),
      reference: scope.variablesReference,
      container: 0,
    }
    return [row, ...insideOf(row, scope, known)]
  })
}

type Holder = Pick<Variable, 'variablesReference' | 'namedVariables' | 'indexedVariables'>

/** The rows inside of one that is open. */
export function insideOf(row: VariableRow, holder: Holder, known: Known): VariableRow[] {
  if (!row.expanded || !row.reference) return []
  const { indexedVariables: indexed = 0, namedVariables: named = 0 } = holder
  if (indexed <= TOLD_TOGETHER) return partRows(row, 'all', known)
  const elements =
    indexed <= PAGE
      ? partRows(row, { start: 0, count: indexed }, known)
      : rangeRows(row, indexed, known, {
          name: (start, end) => `[${start}…${end - 1}]`,
          inside: (page, start, count) => partRows(page, { start, count }, known),
        })
  return named > 0 ? [...elements, ...partRows(row, 'named', known)] : elements
}

/** js-debug adds what else there is to every page of elements. */
function elementsOf(read: readonly Variable[]): readonly Variable[] {
  const elements = read.filter(({ name }) => /^\[?\d+\]?$/.test(name))
  return elements.length > 0 ? elements : read
}

/** The rows of a part, or one that waits for it. */
function partRows(row: VariableRow, part: Part, known: Known): VariableRow[] {
  const read = known.variables[partKey(row.reference, part)]
  if (!read) return [waiting(row, part, known)]
  const own = typeof part === 'object' ? elementsOf(read) : read
  const within = row.kind === 'scope' ? '' : row.expression
  if (own.length <= SHOWN_TOGETHER) {
    return variableRows(own, row.path, row.level + 1, row.reference, known, within)
  }
  return rangeRows(row, own.length, known, {
    name: (start, end) => `${own[start]?.name} … ${own[end - 1]?.name}`,
    inside: (page, start, count) =>
      variableRows(own.slice(start, start + count), page.path, page.level + 1, row.reference, known, within),
  })
}

const NAME = /^[\p{L}_$][\p{L}\p{N}_$]*$/u

/** gdb gives its variables no expressions; those of C and Rust are made like this. */
function expressionFor({ name, evaluateName }: Variable, within: string | undefined): string | undefined {
  if (evaluateName) return evaluateName
  if (within === undefined) return undefined
  if (NAME.test(name)) return within ? `${within}.${name}` : name
  return within && /^\d+$/.test(name) ? `${within}[${name}]` : undefined
}

/**
 * Rows of variables that are held together.
 *
 * @param within The expression of what holds them; empty for a scope, undefined where it has none.
 */
export function variableRows(
  variables: readonly Variable[],
  parent: string,
  level: number,
  container: number,
  known: Known,
  within?: string,
): VariableRow[] {
  const times = new Map<string, number>()
  const holder = variables.some(({ evaluateName }) => evaluateName) ? undefined : within
  return variables.flatMap((variable) => {
    const time = (times.get(variable.name) ?? 0) + 1
    times.set(variable.name, time)
    const path = `${parent}/${variable.name}${time > 1 ? `#${time}` : ''}`
    const row: VariableRow = {
      path,
      level,
      kind: 'variable',
      name: variable.name,
      value: variable.value,
      type: variable.type ?? '',
      expandable: variable.variablesReference > 0,
      expanded: known.expanded.get(path) ?? false,
      reference: variable.variablesReference,
      container,
    }
    const expression = expressionFor(variable, holder)
    if (expression) row.expression = expression
    return [row, ...insideOf(row, variable, known)]
  })
}

/** Stands for what is being read, or could not be. */
function waiting(row: VariableRow, part: Part, { unread }: Known): VariableRow {
  const reason = unread?.get(partKey(row.reference, part))
  return {
    ...row,
    path: `${row.path}/…`,
    level: row.level + 1,
    kind: reason === undefined ? 'loading' : 'unread',
    name: '…',
    value: reason ?? '',
    type: '',
    expandable: false,
    expanded: false,
    part,
    container: 0,
  }
}
