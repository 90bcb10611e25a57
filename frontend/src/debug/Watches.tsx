import { Plus, X } from 'lucide-react'
import { useEffect, useState } from 'react'
import { useLive, useRoom } from '../app/useRoom'
import { PanelField } from './PanelField'
import type { Evaluation } from './protocol'
import { evaluationKey } from './session'
import { Tree } from './Tree'
import { useLocal, useSession, useShownFrame, useStanding, useWatches } from './useDebug'
import { useReadRows } from './useReadRows'
import { insideOf, type VariableRow } from './variableRows'
import { VariableLine } from './Variables'
import type { Watch } from './watches'

interface WatchRow extends VariableRow {
  /** Undefined for what is inside of a value. */
  watch: Watch | undefined
  failure: string
}

/** Expressions that the room watches, each evaluated in the shown frame. */
export function Watches({ adding, onAdded }: { adding: boolean; onAdded: () => void }) {
  const { debug } = useRoom()
  const list = useWatches()
  const you = useLive((state) => state.you.id)
  const editable = useLive((state) => state.permissions.edit)
  const rows = useWatchRows(list)
  const [edited, setEdited] = useState<string>()
  useReadRows(rows)

  return (
    <>
      {rows.length > 0 ? (
        <Tree
          label="Watches"
          rows={rows}
          onToggle={({ path }, open) =>
            debug.local.setState(({ expanded }) => ({ expanded: new Map([...expanded, [path, open]]) }))
          }
          onActivate={({ watch }) => editable && watch && setEdited(watch.id)}
          onDelete={({ watch }) => editable && watch && debug.watches.remove(watch.id)}
        >
          {(row) =>
            row.watch && edited === row.watch.id ? (
              <ExpressionField
                initial={row.watch.expression}
                onDone={(text) => {
                  setEdited(undefined)
                  if (text) debug.watches.change(row.watch?.id ?? '', text, you)
                }}
              />
            ) : (
              <WatchLine row={row} editable={editable} />
            )
          }
        </Tree>
      ) : null}
      {adding ? (
        <ExpressionField
          initial=""
          onDone={(text) => {
            debug.watches.add(text, you)
            onAdded()
          }}
        />
      ) : null}
      {rows.length === 0 && !adding ? (
        <p className="debug-none">
          {editable ? 'Add an expression: everybody sees its value at every stop.' : 'Nothing is watched.'}
        </p>
      ) : null}
    </>
  )
}

function WatchLine({ row, editable }: { row: WatchRow; editable: boolean }) {
  const { debug } = useRoom()
  const { watch, failure } = row
  if (!watch) return <VariableLine row={row} />
  return (
    <>
      {failure ? (
        <>
          <span className="debug-name">{row.name}</span>
          <span className="debug-faint" title={failure}>
            {failure}
          </span>
        </>
      ) : (
        <VariableLine row={row} />
      )}
      {editable ? (
        <button
          className="icon-button tiny"
          aria-label={`Remove the watch ${watch.expression}`}
          tabIndex={-1}
          onClick={() => debug.watches.remove(watch.id)}
        >
          <X size={12} aria-hidden="true" />
        </button>
      ) : null}
    </>
  )
}

export function AddWatch({ onAdd }: { onAdd: () => void }) {
  const editable = useLive((state) => state.permissions.edit)
  if (!editable) return null
  return (
    <button className="icon-button small" aria-label="Add a watch" data-testid="add-watch" onClick={onAdd}>
      <Plus size={14} aria-hidden="true" />
    </button>
  )
}

function ExpressionField({ initial, onDone }: { initial: string; onDone: (text: string) => void }) {
  return (
    <PanelField
      label="Expression to watch"
      placeholder="Expression"
      testId="watch-field"
      initial={initial}
      onDone={onDone}
    />
  )
}

/** The watches with their values at this stop; asked for again at each stop, frame and change. */
function useWatchRows(list: readonly Watch[]): WatchRow[] {
  const { debug } = useRoom()
  const session = useSession()
  const standing = useStanding()
  const frame = useShownFrame()?.id
  const allowed = useLive((state) => state.permissions.debug)
  const expanded = useLocal((local) => local.expanded)
  const [failures, setFailures] = useState<ReadonlyMap<string, string>>(new Map())
  const stop = session?.state === 'stopped' ? session.stop?.stop : undefined
  const expressions = JSON.stringify(list.map(({ expression }) => expression))

  useEffect(() => {
    if (stop === undefined || !allowed) return undefined
    let late = false
    setFailures(new Map())
    for (const expression of new Set(JSON.parse(expressions) as string[])) {
      debug.watch(expression).catch((error: Error) => {
        if (!late) setFailures((before) => new Map([...before, [expression, error.message]]))
      })
    }
    return () => {
      late = true
    }
  }, [allowed, debug, expressions, frame, stop, session?.revision])

  if (!session) return list.map((watch) => watchRow(watch, undefined, '', expanded))
  return list.flatMap((watch) => {
    const { expression } = watch
    const value = standing ? session.evaluations[evaluationKey(frame, expression)] : undefined
    const failure = standing && !value ? (failures.get(expression) ?? '') : ''
    const row = watchRow(watch, value, failure, expanded)
    const inside = value ? insideOf(row, value, { ...session, expanded }) : []
    return [row, ...inside.map((one) => ({ ...one, watch: undefined, failure: '' }))]
  })
}

function watchRow(
  watch: Watch,
  value: Evaluation | undefined,
  failure: string,
  expanded: ReadonlyMap<string, boolean>,
): WatchRow {
  const path = `watch ${watch.id}`
  return {
    path,
    level: 1,
    kind: 'variable',
    name: watch.expression,
    value: value?.result ?? '',
    type: value?.type ?? '',
    expandable: (value?.variablesReference ?? 0) > 0,
    expanded: expanded.get(path) ?? false,
    reference: value?.variablesReference ?? 0,
    container: 0,
    watch,
    failure,
  }
}
