/** The tree of variables as the rows that are on the screen. */
import type { Scope, Variable } from './protocol'

/** More than this many of one kind are read a page at a time. */
export const PAGE = 100

export interface VariableRow {
  /** Names the row the same from stop to stop. */
  path: string
  level: number
  kind: 'scope' | 'variable' | 'page' | 'loading'
  name: string
  value: string
  type: string
  expandable: boolean
  expanded: boolean
  /** What is inside; 0 for nothing. */
  reference: number
  page?: { start: number; count: number }
  /** What holds it: where it is set. 0 where it cannot be. */
  container: number
  evaluateName?: string
}

/** What has been read so far, and which branches are open. */
export interface Known {
  variables: Record<string, readonly Variable[]>
  pages: Record<string, readonly Variable[]>
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

type Holder = Pick<Variable, 'variablesReference' | 'indexedVariables'>

/** The rows inside of one that is open. */
export function insideOf(row: VariableRow, holder: Holder, known: Known): VariableRow[] {
  if (!row.expanded || !row.reference) return []
  const indexed = holder.indexedVariables ?? 0
  if (indexed > PAGE) return pageRows(row, indexed, known)
  const read = known.variables[row.reference]
  return read ? variableRows(read, row.path, row.level + 1, row.reference, known) : [loading(row)]
}

/** Rows of variables that are held together. */
export function variableRows(
  variables: readonly Variable[],
  parent: string,
  level: number,
  container: number,
  known: Known,
): VariableRow[] {
  const times = new Map<string, number>()
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
      ...(variable.evaluateName ? { evaluateName: variable.evaluateName } : {}),
    }
    return [row, ...insideOf(row, variable, known)]
  })
}

function pageRows(row: VariableRow, indexed: number, known: Known): VariableRow[] {
  const pages = Array.from({ length: Math.ceil(indexed / PAGE) }, (_, index) => index * PAGE)
  return pages.flatMap((start) => {
    const page = { start, count: Math.min(PAGE, indexed - start) }
    const path = `${row.path}/[${start}]`
    const pageRow: VariableRow = {
      ...row,
      path,
      level: row.level + 1,
      kind: 'page',
      name: `[${start}…${start + page.count - 1}]`,
      value: '',
      type: '',
      expanded: known.expanded.get(path) ?? false,
      page,
      container: 0,
    }
    if (!pageRow.expanded) return [pageRow]
    const read = known.pages[`${row.reference}@${start}`]
    const inside = read
      ? variableRows(read, path, pageRow.level + 1, row.reference, known)
      : [loading(pageRow)]
    return [pageRow, ...inside]
  })
}

function loading(row: VariableRow): VariableRow {
  return {
    ...row,
    path: `${row.path}/…`,
    level: row.level + 1,
    kind: 'loading',
    name: '…',
    value: '',
    type: '',
    expandable: false,
    expanded: false,
    container: 0,
  }
}
