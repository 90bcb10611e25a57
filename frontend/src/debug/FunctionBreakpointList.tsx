import { Pencil, Plus, X } from 'lucide-react'
import { Popover } from 'radix-ui'
import { useState, type FormEvent } from 'react'
import { useLive, useRoom } from '../app/useRoom'
import { BreakpointFields } from './BreakpointFields'
import { functionWords, kindOf } from './breakpointWords'
import type { FunctionBreakpoint, FunctionSettings } from './functionBreakpoints'
import { PanelField } from './PanelField'
import { useSession } from './useDebug'

interface Props {
  list: readonly FunctionBreakpoint[]
  adding: boolean
  onAdded: () => void
}

/** The functions that the program stops at, with what the debugger made of them, and a field for another. */
export function FunctionBreakpointList({ list, adding, onAdded }: Props) {
  const { debug } = useRoom()
  const you = useLive((state) => state.you.id)
  const add = (name: string) => {
    debug.functions.add(name, you)
    onAdded()
  }
  return (
    <>
      {list.length > 0 ? (
        <ul className="debug-breakpoints" data-testid="function-list" aria-label="Functions to stop at">
          {list.map((breakpoint) => (
            <FunctionLine key={breakpoint.id} breakpoint={breakpoint} />
          ))}
        </ul>
      ) : null}
      {adding ? (
        <PanelField
          label="Function to stop at"
          placeholder="Function"
          testId="function-field"
          initial=""
          onDone={add}
        />
      ) : null}
    </>
  )
}

export function AddFunctionBreakpoint({ onAdd }: { onAdd: () => void }) {
  const editable = useLive((state) => state.permissions.edit)
  if (!editable) return null
  return (
    <button
      className="icon-button small"
      aria-label="Add a function breakpoint"
      data-testid="add-function"
      onClick={onAdd}
    >
      <Plus size={14} aria-hidden="true" />
    </button>
  )
}

function FunctionLine({ breakpoint }: { breakpoint: FunctionBreakpoint }) {
  const { debug } = useRoom()
  const editable = useLive((state) => state.permissions.edit)
  const by = useLive((state) => state.participants.find(({ id }) => id === breakpoint.by)?.name)
  const verification = useSession()?.breakpoints.find(({ id }) => id === breakpoint.id)
  const { id, enabled, function: name, condition, hitCondition } = breakpoint
  const unverified = enabled && verification?.verified === false
  return (
    <li data-testid="function-breakpoint" data-function={name}>
      <input
        type="checkbox"
        checked={enabled}
        disabled={!editable}
        aria-label={`Breakpoint at the function ${name} enabled`}
        onChange={(event) => debug.functions.change(id, { enabled: event.target.checked })}
      />
      <i
        className="bp-icon"
        data-kind={kindOf(breakpoint)}
        data-off={!enabled || undefined}
        data-unverified={unverified || undefined}
        aria-hidden="true"
      />
      <span
        className="debug-place"
        title={functionWords(breakpoint, by, verification).join('. ')}
        data-testid="function-words"
      >
        {name}()
        <small>
          {unverified ? verification.message || 'Not taken by the debugger' : condition || hitCondition}
        </small>
      </span>
      {editable ? (
        <>
          <EditFunction breakpoint={breakpoint} />
          <button
            className="icon-button tiny"
            aria-label={`Remove the breakpoint at the function ${name}`}
            onClick={() => debug.functions.remove(id)}
          >
            <X size={12} aria-hidden="true" />
          </button>
        </>
      ) : null}
    </li>
  )
}

function EditFunction({ breakpoint }: { breakpoint: FunctionBreakpoint }) {
  const [open, setOpen] = useState(false)
  return (
    <Popover.Root open={open} onOpenChange={setOpen}>
      <Popover.Trigger
        className="icon-button tiny"
        aria-label={`Edit the breakpoint at the function ${breakpoint.function}`}
      >
        <Pencil size={12} aria-hidden="true" />
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          className="popover breakpoint-editor"
          align="end"
          sideOffset={4}
          collisionPadding={8}
          data-testid="function-editor"
          aria-label={`Breakpoint at the function ${breakpoint.function}`}
        >
          <FunctionForm breakpoint={breakpoint} onDone={() => setOpen(false)} />
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  )
}

function FunctionForm({ breakpoint, onDone }: { breakpoint: FunctionBreakpoint; onDone: () => void }) {
  const { debug } = useRoom()
  const { id, by: _by, ...before } = breakpoint
  const [settings, setSettings] = useState<FunctionSettings>(before)
  const save = (event: FormEvent) => {
    event.preventDefault()
    debug.functions.change(id, settings)
    onDone()
  }
  return (
    <form onSubmit={save}>
      <h2>Function breakpoint</h2>
      <BreakpointFields settings={settings} onChange={setSettings} />
      <div className="actions">
        <button className="button primary" data-testid="breakpoint-save">
          Save
        </button>
      </div>
    </form>
  )
}
