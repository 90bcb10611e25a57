import { Popover } from 'radix-ui'
import { useMemo, useState, type FormEvent } from 'react'
import { useLive, useRoom } from '../../app/useRoom'
import { BreakpointFields } from '../BreakpointFields'
import type { BreakpointSettings } from '../breakpoints'
import type { EditedBreakpoint } from '../localState'
import { useLocal } from '../useDebug'

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

function BreakpointForm({ edited, onDone }: { edited: EditedBreakpoint; onDone: () => void }) {
  const { debug } = useRoom()
  const you = useLive((state) => state.you.id)
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
      <BreakpointFields settings={settings} onChange={setSettings} />
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
