import { useEffect } from 'react'
import { useLive, useRoom } from '../app/useRoom'
import { ValueField } from './ValueField'
import { Tree } from './Tree'
import { useLocal, useSeen, useSession, useShownFrame } from './useDebug'
import { useReadRows } from './useReadRows'
import { useSetValue } from './useSetValue'
import { scopeRows, type VariableRow } from './variableRows'

/** What the shown frame holds, read as it is opened and kept for the whole room. */
export function Variables() {
  const { debug } = useRoom()
  const session = useSession()
  const frame = useShownFrame()
  const expanded = useLocal((local) => local.expanded)
  const stop = session?.stop
  const scopes = frame && session?.scopes[frame.id]

  useEffect(() => {
    if (frame && !scopes) void debug.scopes(frame.id)
  }, [debug, frame, scopes])

  const depth = stop && frame ? stop.frames.length - stop.frames.indexOf(frame) : 0
  const root = `${frame?.name} ${depth}`
  const rows = session && scopes ? scopeRows(scopes, root, { ...session, expanded }) : []
  useReadRows(rows)
  const seen = useSeen()
  if (!session || !frame || seen === 'gone')
    return <p className="debug-none">Nothing to see while the program runs.</p>
  if (!scopes) return <p className="debug-none">Reading…</p>
  if (scopes.length === 0) return <p className="debug-none">This frame holds nothing.</p>
  return <VariableTree label="Variables" rows={rows} dimmed={seen === 'dimmed'} />
}

interface TreeProps {
  label: string
  dimmed: boolean
  rows: readonly VariableRow[]
}

function VariableTree({ label, rows, dimmed }: TreeProps) {
  const { debug } = useRoom()
  const setting = useSetValue()
  return (
    <Tree
      label={label}
      rows={rows}
      dimmed={dimmed}
      onToggle={({ path }, open) =>
        debug.local.setState(({ expanded }) => ({ expanded: new Map([...expanded, [path, open]]) }))
      }
      onActivate={setting.begin}
    >
      {(row) =>
        setting.path === row.path ? <ValueField row={row} {...setting} /> : <VariableLine row={row} />
      }
    </Tree>
  )
}

/** A name and its value, marked when it is another than at the last stop. */
export function VariableLine({ row }: { row: VariableRow }) {
  const { debug } = useRoom()
  const session = useLive((state) => state.debug.session)
  if (row.kind === 'loading') return <span className="debug-faint">Reading…</span>
  if (row.kind === 'scope') return <span className="debug-scope">{row.name}</span>
  // A watch has no value yet while it is evaluated.
  const changed =
    row.kind === 'variable' &&
    row.value !== '' &&
    debug.values.note(`${session?.run} ${session?.stop?.stop}`, row.path, row.value)
  // Some debuggers have no words for a value that has parts.
  if (row.value === '') {
    return (
      <>
        <span className="debug-name">{row.name}</span>
        {row.type ? <span className="debug-type">{row.type}</span> : null}
      </>
    )
  }
  return (
    <>
      <span className="debug-name" data-valued>
        {row.name}
      </span>
      <span
        className="debug-value"
        data-testid="variable-value"
        data-changed={changed || undefined}
        title={row.type ? `${row.type}: ${row.value}` : row.value}
      >
        {row.value.replace(/\s*\n\s*/g, ' ')}
        {changed ? <span className="sr-only"> (changed)</span> : null}
      </span>
    </>
  )
}
