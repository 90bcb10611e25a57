import { useLive, useRoom } from '../app/useRoom'
import { shortValue } from './shortValue'
import type { VariableRow } from './variableRows'

interface Props {
  row: VariableRow
  /** It is marked when it is another than at the last stop. */
  marked?: boolean
  /** It is of an earlier stop. */
  stale?: boolean
}

/** A name and its value. */
export function VariableLine({ row, marked = true, stale = false }: Props) {
  const { debug } = useRoom()
  const session = useLive((state) => state.debug.session)
  if (row.kind === 'loading') return <span className="debug-faint">Reading…</span>
  if (row.kind === 'unread') return <Unread row={row} />
  if (row.kind === 'scope') return <span className="debug-scope">{row.name}</span>
  if (row.kind === 'page') return <span className="debug-name">{row.name}</span>
  const { name, value, type } = row
  const named = (
    <span className="debug-name" data-valued={value !== '' || undefined}>
      {name}
    </span>
  )
  // Some debuggers have no words for a value that has parts.
  if (value === '') {
    return (
      <>
        {named}
        {type ? <span className="debug-type">{type}</span> : null}
      </>
    )
  }
  const stop = session?.stop?.stop
  const changed = marked && !stale && debug.values.note({ run: session?.run, stop }, row.path, value)
  const short = shortValue(value)
  return (
    <>
      {name ? named : null}
      <span
        className="debug-value"
        data-testid="variable-value"
        data-changed={changed || undefined}
        data-stale={stale || undefined}
        title={type ? `${type}: ${short.title}` : short.title}
      >
        {short.line}
        {changed ? <span className="sr-only"> (changed)</span> : null}
      </span>
    </>
  )
}

/** What could not be read, and why. */
function Unread({ row }: { row: VariableRow }) {
  const { debug } = useRoom()
  return (
    <>
      <span className="debug-faint" role="alert" title={row.value}>
        {row.value}
      </span>
      <button
        className="text-button"
        tabIndex={-1}
        onClick={() => void debug.variables(row.reference, row.part)}
      >
        Try again
      </button>
    </>
  )
}
