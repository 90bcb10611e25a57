import { Popover } from 'radix-ui'
import { useMemo, useState, type FormEvent } from 'react'
import { useLive, useRoom } from '../../app/useRoom'
import type { BreakpointSettings } from '../breakpoints'
import type { EditedBreakpoint } from '../localState'
import { useLocal, useSession } from '../useDebug'

/** Sets when a breakpoint stops and what it writes, in a popover at its line. */
export function BreakpointEditor({ onClosed }: { onClosed: () => void }) {
  const { debug } = useRoom()
  const edited = useLocal((local) => local.edited)
  const close = () => debug.local.setState({ edited: null })
  const anchor = useMemo(
    () => ({ current: { getBoundingClientRect: () => new DOMRect(edited?.x ?? 0, edited?.y ?? 0, 0, 0) } }),
    [edited],
  )
  return (
    <Popover.Root open={edited !== null} onOpenChange={(open) => open || close()}>
      <Popover.Anchor virtualRef={anchor} />
      <Popover.Portal>
        {edited ? (
          <Popover.Content
            className="popover breakpoint-editor"
            align="start"
            sideOffset={4}
            collisionPadding={8}
            data-testid="breakpoint-editor"
            aria-label={`Breakpoint on line ${edited.line}`}
            onCloseAutoFocus={(event) => {
              event.preventDefault()
              onClosed()
            }}
          >
            <BreakpointForm edited={edited} onDone={close} />
          </Popover.Content>
        ) : null}
      </Popover.Portal>
    </Popover.Root>
  )
}

interface FieldOf {
  name: 'condition' | 'hitCondition' | 'logMessage'
  label: string
  placeholder: string
  hint: string
}

const FIELDS: FieldOf[] = [
  { name: 'condition', label: 'Stop only if', placeholder: 'always', hint: 'An expression of the language' },
  { name: 'hitCondition', label: 'Stop at hit', placeholder: 'every', hint: 'Such as 5, or >= 5' },
  {
    name: 'logMessage',
    label: 'Write instead of stopping',
    placeholder: 'stop, and write nothing',
    hint: 'Text; {expressions} in braces are evaluated',
  },
]

function BreakpointForm({ edited, onDone }: { edited: EditedBreakpoint; onDone: () => void }) {
  const { debug } = useRoom()
  const you = useLive((state) => state.you.id)
  const capabilities = useSession()?.capabilities
  const there = debug.breakpoints.at(edited.file, edited.line)
  const [settings, setSettings] = useState<BreakpointSettings>(() => ({
    enabled: there?.enabled ?? true,
    condition: there?.condition ?? '',
    hitCondition: there?.hitCondition ?? '',
    logMessage: there?.logMessage ?? '',
  }))
  const save = (event: FormEvent) => {
    event.preventDefault()
    if (there) debug.breakpoints.change(there.id, settings)
    else debug.breakpoints.add(edited.file, edited.line, you, settings)
    onDone()
  }
  return (
    <form onSubmit={save}>
      <h2>{there ? `Breakpoint on line ${edited.line}` : `New breakpoint on line ${edited.line}`}</h2>
      {FIELDS.map(({ name, label, placeholder, hint }) => (
        <div key={name}>
          <label htmlFor={`breakpoint-${name}`}>{label}</label>
          <input
            id={`breakpoint-${name}`}
            className="field mono"
            data-testid={`breakpoint-${name}`}
            value={settings[name]}
            placeholder={placeholder}
            maxLength={500}
            autoComplete="off"
            spellCheck={false}
            aria-describedby={`breakpoint-${name}-hint`}
            onChange={(event) => setSettings({ ...settings, [name]: event.target.value })}
          />
          <p className="hint" id={`breakpoint-${name}-hint`}>
            {hintOf(name, hint, capabilities)}
          </p>
        </div>
      ))}
      <label className="check">
        <input
          type="checkbox"
          data-testid="breakpoint-enabled"
          checked={settings.enabled}
          onChange={(event) => setSettings({ ...settings, enabled: event.target.checked })}
        />
        Enabled
      </label>
      <div className="actions">
        <button className="button primary" data-testid="breakpoint-save">
          {there ? 'Save' : 'Set'}
        </button>
        {there ? (
          <button
            type="button"
            className="button"
            data-testid="breakpoint-remove"
            onClick={() => {
              debug.breakpoints.remove(there)
              onDone()
            }}
          >
            Remove
          </button>
        ) : null}
      </div>
    </form>
  )
}

function hintOf(
  name: FieldOf['name'],
  hint: string,
  capabilities: { supportsHitConditionalBreakpoints?: boolean } | undefined,
): string {
  const lacking = name === 'hitCondition' && capabilities?.supportsHitConditionalBreakpoints === false
  return lacking ? 'This debugger counts no hits' : hint
}
