import { Play, Square } from 'lucide-react'
import { activeRun } from '../collab/roomState'
import { keyNames } from '../ui/keys'
import { Tip } from '../ui/Tip'
import { useLive, useRoom, useView } from './useRoom'

export function RunButton() {
  const { runs } = useRoom()
  const active = useLive((state) => activeRun(state.runs))
  const allowed = useLive((state) => state.permissions.run)
  const connected = useLive((state) => state.link === 'connected' && state.present)
  const starting = useView((view) => view.starting)

  if (active) {
    return (
      <Tip label="Stop the run" keys={keyNames.stop}>
        <button
          className="button stop"
          data-testid="stop-button"
          disabled={!allowed || !connected}
          onClick={() => void runs.stop()}
        >
          <Square size={12} fill="currentColor" aria-hidden="true" />
          <span>Stop</span>
        </button>
      </Tip>
    )
  }
  return (
    <Tip label={allowed ? 'Run for everybody in the room' : 'Viewers cannot run'} keys={keyNames.run}>
      <button
        className="button primary run"
        data-testid="run-button"
        disabled={!allowed || !connected || starting}
        onClick={() => void runs.start()}
      >
        <Play size={13} fill="currentColor" aria-hidden="true" />
        <span>{starting ? 'Starting' : 'Run'}</span>
      </button>
    </Tip>
  )
}
