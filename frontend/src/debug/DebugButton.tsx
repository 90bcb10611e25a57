import { BugPlay, PanelRight } from 'lucide-react'
import { useRoom } from '../app/useRoom'
import { keyNames } from '../ui/keys'
import { Tip } from '../ui/Tip'
import { useLocal, useStartHurdle } from './useDebug'

/** Starts a session for the room. A reason not to is said where one would press. */
export function DebugButton() {
  const { debug } = useRoom()
  const hurdle = useStartHurdle()
  const starting = useLocal((local) => local.starting)
  const off = hurdle !== undefined || starting
  return (
    <Tip label={hurdle ?? 'Debug for everybody in the room'} {...(hurdle ? {} : { keys: keyNames.debug })}>
      <button
        className="button debug"
        data-testid="debug-button"
        aria-label="Debug"
        aria-disabled={off}
        onClick={() => off || void debug.start()}
      >
        <BugPlay size={15} aria-hidden="true" />
        <span>Debug</span>
      </button>
    </Tip>
  )
}

/** Opens and closes the debugger's panel beside the editor. */
export function DebugPanelToggle() {
  const { debug } = useRoom()
  const open = useLocal((local) => local.panel)
  const label = open ? 'Close the debugger' : 'Open the debugger'
  return (
    <Tip label={label}>
      <button
        className="icon-button"
        data-testid="debug-panel-toggle"
        aria-label={label}
        aria-pressed={open}
        onClick={() => debug.local.setState({ panel: !open })}
      >
        <PanelRight size={16} aria-hidden="true" />
      </button>
    </Tip>
  )
}
