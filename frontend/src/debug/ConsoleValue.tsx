import { useLive, useRoom } from '../app/useRoom'
import type { SaidEntry } from './session'
import { useLocal, useSession } from './useDebug'
import { useUnread } from './useUnread'
import { ValueTree } from './ValueTree'
import { VariableLine } from './VariableLine'
import { insideOf, type VariableRow } from './variableRows'

/** A value in the console that can be opened; after the program has gone on, as far as it was opened here. */
export function ConsoleValue({ entry }: { entry: SaidEntry }) {
  const session = useSession()
  const stands = session?.state === 'stopped' && session.stop?.stop === entry.stop
  const variables = useVariables(entry)
  const expanded = useLocal((local) => local.expanded)
  const unread = useUnread()
  const root = rootRow(entry, expanded)
  const { variablesReference = 0 } = entry
  const inside = insideOf(root, { ...entry, variablesReference }, { variables, expanded, unread })
  const rows = [root, ...inside].map((row) => (stands ? row : left(row)))
  const again = useAgain(entry)
  return (
    <ValueTree
      label={`Value of ${entry.expression ?? 'what was said'}`}
      rows={rows}
      onActivate={({ kind }) => {
        if (kind === 'left') again?.()
        return kind === 'left'
      }}
    >
      {(row) => (row.kind === 'left' ? <Left again={again} /> : <VariableLine row={row} marked={false} />)}
    </ValueTree>
  )
}

/** What has been read of the stop that the value is of. */
function useVariables({ stop = 0 }: SaidEntry) {
  const session = useSession()
  const transcript = useLive((state) => state.debug.opened)
  if (!session) return transcript[stop] ?? {}
  return session.stop?.stop === stop ? session.variables : (session.opened[stop] ?? {})
}

function rootRow(entry: SaidEntry, expanded: ReadonlyMap<string, boolean>): VariableRow {
  const path = `console ${entry.id}`
  return {
    path,
    level: 1,
    kind: 'variable',
    name: '',
    value: entry.output,
    type: entry.valueType ?? '',
    ...(entry.expression ? { expression: entry.expression } : {}),
    expandable: true,
    expanded: expanded.get(path) ?? false,
    reference: entry.variablesReference ?? 0,
    container: 0,
  }
}

/** A row of a stop that is over: nothing can be read or set there. */
function left(row: VariableRow): VariableRow {
  const waits = row.kind === 'loading' || row.kind === 'unread'
  return { ...row, container: 0, ...(waits ? { kind: 'left' } : {}) }
}

/** Says in place of what was not opened why it can't be now, and offers the value as it is now. */
function Left({ again }: { again: (() => void) | undefined }) {
  return (
    <>
      <span className="debug-faint" data-testid="value-left">
        The program has moved on.
      </span>
      {again ? (
        <button className="text-button" tabIndex={-1} onClick={again}>
          Evaluate again
        </button>
      ) : null}
    </>
  )
}

/** Evaluates what was evaluated, where the program stands now; undefined where that can't be. */
function useAgain({ expression, by }: SaidEntry): (() => void) | undefined {
  const { debug } = useRoom()
  const stands = useSession()?.state === 'stopped'
  const allowed = useLive((state) => state.permissions.debug)
  if (!stands || !allowed || !expression || !by) return undefined
  // What is refused stands in everybody's console.
  return () => void debug.evaluate(expression, 'repl').catch(() => undefined)
}
