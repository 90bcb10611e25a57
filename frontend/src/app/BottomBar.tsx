import { Bug, Code2, Files, SquareTerminal } from 'lucide-react'
import { DebugButton } from '../debug/DebugButton'
import { useSession } from '../debug/useDebug'
import { RunButton } from './RunButton'
import { RunSettings } from './RunSettings'
import { useRoom, useView } from './useRoom'
import type { Pane } from './viewState'

const PANES: { pane: Pane; label: string; Icon: typeof Files }[] = [
  { pane: 'files', label: 'Files', Icon: Files },
  { pane: 'code', label: 'Code', Icon: Code2 },
  { pane: 'output', label: 'Output', Icon: SquareTerminal },
  { pane: 'debug', label: 'Debug', Icon: Bug },
]

/** On a narrow screen one pane is shown at a time; this is within the thumb's reach. */
export function BottomBar() {
  const { view } = useRoom()
  const shown = useView((state) => state.pane)
  const debugged = useSession()?.state
  return (
    <nav className="bottom-bar" aria-label="Panes">
      {PANES.map(({ pane, label, Icon }) => (
        <button
          key={pane}
          className="bottom-tab"
          data-testid={`pane-${pane}`}
          aria-current={shown === pane ? 'true' : undefined}
          onClick={() => view.setState({ pane })}
        >
          <Icon size={18} aria-hidden="true" />
          {pane === 'debug' && debugged ? <i className="tab-dot" data-state={debugged} /> : null}
          {label}
        </button>
      ))}
      <span className="header-gap" />
      <RunSettings />
      <DebugButton />
      <RunButton />
    </nav>
  )
}
