import { Plus, RotateCw, X } from 'lucide-react'
import { useState } from 'react'
import { useLive, useRoom } from '../app/useRoom'
import { PanelField } from './PanelField'
import { useWatches } from './useDebug'
import { useWatchRows, type WatchRow } from './useWatchRows'
import { ValueTree } from './ValueTree'
import { VariableLine } from './VariableLine'

/** Expressions that the room watches, each evaluated in the shown frame. */
export function Watches({ adding, onAdded }: { adding: boolean; onAdded: () => void }) {
  const { debug } = useRoom()
  const list = useWatches()
  const you = useLive((state) => state.you.id)
  const editable = useLive((state) => state.permissions.edit)
  const rows = useWatchRows(list)
  const [edited, setEdited] = useState<string>()
  const edit = ({ watch }: WatchRow) => {
    if (editable && watch) setEdited(watch.id)
    return watch !== undefined
  }
  const remove = ({ watch }: WatchRow) => editable && watch && debug.watches.remove(watch.id)

  return (
    <>
      {rows.length > 0 ? (
        <ValueTree
          label="Watches"
          rows={rows}
          onActivate={edit}
          onDelete={remove}
          actionsOf={(row) =>
            row.watch && editable
              ? [
                  { name: 'Edit the expression', keys: 'F2', act: () => edit(row) },
                  { name: 'Remove the watch', keys: 'Del', act: () => remove(row) },
                ]
              : []
          }
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
            ) : row.watch ? (
              <WatchLine row={row} />
            ) : undefined
          }
        </ValueTree>
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

function WatchLine({ row }: { row: WatchRow }) {
  const { debug } = useRoom()
  const { edit, debug: allowed } = useLive((state) => state.permissions)
  const { watch, failure, stale } = row
  if (!watch) return null
  return (
    <>
      {failure ? (
        <>
          <span className="debug-name">{row.name}</span>
          <span className="debug-faint" title={failure} data-testid="watch-failure">
            {lastLine(failure)}
          </span>
          {allowed ? (
            <button
              className="icon-button tiny"
              aria-label={`Evaluate ${watch.expression} again`}
              tabIndex={-1}
              onClick={() => void debug.watch(watch.expression).catch(() => undefined)}
            >
              <RotateCw size={12} aria-hidden="true" />
            </button>
          ) : null}
        </>
      ) : (
        <VariableLine row={row} stale={stale} />
      )}
      {edit ? (
        <button
          className="icon-button tiny debug-remove"
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

/** What is wrong, without its kind: it stands last in a traceback. */
function lastLine(failure: string): string {
  const line = failure.trim().split('\n').at(-1)?.trim() ?? ''
  return line.replace(/^[\w.]*(Error|Exception): (?=.)/, '')
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
