import { Pencil, X } from 'lucide-react'
import { useLive, useRoom } from '../app/useRoom'
import type { Breakpoint } from './breakpoints'
import { exceptionWords } from './exceptionWords'
import { goTo } from './followStop'
import { breakpointWords, kindOf } from './breakpointWords'
import { FunctionBreakpointList } from './FunctionBreakpointList'
import { useBreakpoints, useFunctionBreakpoints, useSession } from './useDebug'

/** Every breakpoint of the room, with what the debugger made of it. */
export function BreakpointList({ adding, onAdded }: { adding: boolean; onAdded: () => void }) {
  const list = useBreakpoints()
  const functions = useFunctionBreakpoints()
  const editable = useLive((state) => state.permissions.edit)
  return (
    <>
      <ExceptionFilters />
      {list.length > 0 ? (
        <ul className="debug-breakpoints" data-testid="breakpoint-list">
          {list.map((breakpoint) => (
            <BreakpointLine key={breakpoint.id} breakpoint={breakpoint} editable={editable} />
          ))}
        </ul>
      ) : null}
      <FunctionBreakpointList list={functions} adding={adding} onAdded={onAdded} />
      {list.length + functions.length === 0 && !adding ? (
        <p className="debug-none">
          {editable
            ? 'None yet. Click beside a line’s number, press F9 in it, or add a function’s name.'
            : 'No breakpoints.'}
        </p>
      ) : null}
    </>
  )
}

function BreakpointLine({ breakpoint, editable }: { breakpoint: Breakpoint; editable: boolean }) {
  const { room, view, debug } = useRoom()
  const verification = useSession()?.breakpoints.find(({ id }) => id === breakpoint.id)
  const by = useLive((state) => state.participants.find(({ id }) => id === breakpoint.by)?.name)
  const path = room.workspace.path(breakpoint.file) ?? ''
  const place = `${path.slice(path.lastIndexOf('/') + 1)}:${breakpoint.line}`
  const edit = (element: Element) => {
    const { left, bottom } = element.getBoundingClientRect()
    debug.local.setState({ edited: { file: breakpoint.file, line: breakpoint.line, x: left, y: bottom } })
  }
  return (
    <li data-testid="breakpoint" data-line={breakpoint.line} data-path={path}>
      <input
        type="checkbox"
        checked={breakpoint.enabled}
        disabled={!editable}
        aria-label={`Breakpoint at ${place} enabled`}
        onChange={(event) => debug.breakpoints.change(breakpoint.id, { enabled: event.target.checked })}
      />
      <i
        className="bp-icon"
        data-kind={kindOf(breakpoint)}
        data-off={!breakpoint.enabled || undefined}
        data-unverified={verification?.verified === false || undefined}
        aria-hidden="true"
      />
      <button
        className="debug-place"
        title={breakpointWords(breakpoint, by, verification).join('. ')}
        onClick={() => goTo(breakpoint, room, view)}
      >
        {place}
        <small>{breakpoint.logMessage || breakpoint.condition || breakpoint.hitCondition}</small>
      </button>
      {editable ? (
        <>
          <button
            className="icon-button tiny"
            aria-label={`Edit the breakpoint at ${place}`}
            onClick={(event) => edit(event.currentTarget)}
          >
            <Pencil size={12} aria-hidden="true" />
          </button>
          <button
            className="icon-button tiny"
            aria-label={`Remove the breakpoint at ${place}`}
            onClick={() => debug.breakpoints.remove(breakpoint)}
          >
            <X size={12} aria-hidden="true" />
          </button>
        </>
      ) : null}
    </li>
  )
}

/** Which exceptions stop the program, for the whole room; the adapter says which there are. */
function ExceptionFilters() {
  const { debug } = useRoom()
  const exceptions = useSession()?.exceptions
  const allowed = useLive((state) => state.permissions.debug)
  if (!exceptions || exceptions.filters.length === 0) return null
  const { filters, chosen } = exceptions
  const choose = (filter: string, on: boolean) =>
    void debug.chooseExceptions(on ? [...chosen, filter] : chosen.filter((one) => one !== filter))
  return (
    <fieldset className="debug-exceptions">
      <legend>Exceptions</legend>
      {filters.map((one) => {
        const { label, about } = exceptionWords(one)
        return (
          <label key={one.filter} title={about}>
            <input
              type="checkbox"
              data-testid={`exception-${one.filter}`}
              checked={chosen.includes(one.filter)}
              disabled={!allowed}
              onChange={(event) => choose(one.filter, event.target.checked)}
            />
            {label}
          </label>
        )
      })}
    </fieldset>
  )
}
