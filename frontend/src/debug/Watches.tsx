import { Plus, X } from 'lucide-react'
import { useEffect, useState } from 'react'
import { useLive, useRoom } from '../app/useRoom'
import type { Evaluation } from './protocol'
import { Tree } from './Tree'
import { useLocal, useSession, useShownFrame, useStanding, useWatches } from './useDebug'
import { useReadRows } from './useReadRows'
import { insideOf, type VariableRow } from './variableRows'
import { VariableLine } from './Variables'
import type { Watch } from './watches'

type Result = Evaluation | { failure: string }

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
    <input
      className="field mono debug-expression"
      data-testid="watch-field"
      aria-label="Expression to watch"
      placeholder="Expression"
      defaultValue={initial}
      // oxlint-disable-next-line jsx-a11y/no-autofocus -- asked for by a press on Add or on the watch
      autoFocus
      autoComplete="off"
      spellCheck={false}
      onBlur={(event) => onDone(event.target.value)}
      onKeyDown={(event) => {
        event.stopPropagation()
        if (event.key === 'Escape') event.currentTarget.value = initial
        if (event.key === 'Enter' || event.key === 'Escape') event.currentTarget.blur()
      }}
    />
  )
}

/** The watches with their values at this stop; asked for again at each stop, frame and expression. */
function useWatchRows(list: readonly Watch[]): WatchRow[] {
  const { debug } = useRoom()
  const session = useSession()
  const standing = useStanding()
  const frame = useShownFrame()
  const allowed = useLive((state) => state.permissions.debug)
  const local = useLocal((state) => state)
  const [results, setResults] = useState<ReadonlyMap<string, Result>>(new Map())
  const stop = session?.state === 'stopped' ? session.stop?.stop : undefined
  const expressions = JSON.stringify(list.map(({ expression }) => expression))
  const revision = session?.revision

  useEffect(() => {
    if (stop === undefined || !allowed) return undefined
    let late = false
    for (const expression of new Set(JSON.parse(expressions) as string[])) {
      debug.evaluate(expression, 'watch').then(
        (result) => late || setResults((before) => new Map([...before, [expression, result]])),
        (error: Error) =>
          late || setResults((before) => new Map([...before, [expression, { failure: error.message }]])),
      )
    }
    return () => {
      late = true
    }
  }, [allowed, debug, expressions, frame?.id, stop, revision])

  const known = {
    variables: session?.variables ?? {},
    pages: local.pages,
    expanded: local.expanded,
  }
  return list.flatMap((watch) => {
    const result = standing ? results.get(watch.expression) : undefined
    const row = watchRow(watch, result, local.expanded, standing && !allowed)
    const inside = result && 'result' in result ? insideOf(row, result, known) : []
    return [row, ...inside.map((one) => ({ ...one, watch: undefined, failure: '' }))]
  })
}

function watchRow(
  watch: Watch,
  result: Result | undefined,
  expanded: ReadonlyMap<string, boolean>,
  refused: boolean,
): WatchRow {
  const path = `watch ${watch.id}`
  const value = result && 'result' in result ? result : undefined
  const failure = result && 'failure' in result ? result.failure : ''
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
    failure: refused ? 'not evaluated for viewers' : failure,
  }
}
