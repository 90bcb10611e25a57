import { useEffect } from 'react'
import type { Run } from '../api/types'
import { loadTerminal, TerminalView, useTerminalStatus } from '../app/lazyParts'
import { useLive, useRoom, useView } from '../app/useRoom'
import { hasResults, RunResults } from '../artefacts/RunResults'
import { ControlPrompt } from '../control/ControlPrompt'
import { useControl } from '../control/useControl'
import { MissingModule } from '../packages/MissingModule'
import { keyNames } from '../ui/keys'
import { toast } from '../ui/toasts'
import { useIdle } from '../ui/useIdle'
import { InputLine } from './InputLine'
import { RefusedKeys } from './RefusedKeys'
import { RunHurdle } from './RunHurdle'
import { RunStatus } from './RunStatus'
import { RunPicker } from './RunPicker'
import { shownRun } from './runs'

/** The bottom pane: which run, how it goes, and its terminal. */
export function OutputPanel() {
  const runs = useLive((state) => state.runs)
  const present = useLive((state) => state.present)
  const chosen = useView((state) => state.run)
  const starting = useView((state) => state.starting)
  const run = shownRun(runs, chosen)
  const empty = !run && !starting
  const ready = useEarlyTerminal(present)
  useKeptOutput(run)
  return (
    <section className="output" aria-label="Output" data-pane="output" data-testid="output">
      <div className="pane-header">
        <h2>Output</h2>
        <RunPicker run={run} />
        <RunStatus run={run} starting={starting} />
      </div>
      <div className="output-content">
        <div className="output-body" data-empty={empty || undefined}>
          {!empty || ready ? <TerminalView run={run} /> : null}
          {empty && present ? <OutputEmpty /> : null}
          {run && !starting ? <RunHurdle run={run} /> : null}
          {run?.state === 'running' ? <Keyboard /> : null}
        </div>
        {run && !starting && hasResults(run) ? <RunResults key={run.number} run={run} /> : null}
      </div>
      {run?.state === 'finished' && !starting ? <MissingModule key={run.number} run={run} /> : null}
      {run?.state === 'running' && run.input_open && !run.tty ? <InputLine run={run.number} /> : null}
    </section>
  )
}

/** What is to be said over the terminal about who types. */
function Keyboard() {
  const { isYours } = useControl('stdin')
  return isYours ? <ControlPrompt what="stdin" /> : <RefusedKeys />
}

function OutputEmpty() {
  const allowed = useLive((state) => state.permissions.run)
  return (
    <p className="output-empty" data-testid="output-empty">
      {allowed ? (
        <>
          Nothing has run yet. Press <strong>Run</strong> or <kbd>{keyNames.run}</kbd>: everybody in the room
          sees the output as it comes.
        </>
      ) : (
        'Nothing has run yet. When somebody runs the code, the output appears here as it comes.'
      )}
    </p>
  )
}

/** Ready before the first run, whose program then has this page's size from its start. */
function useEarlyTerminal(present: boolean): boolean {
  const idle = useIdle(present)
  useEffect(() => {
    if (idle) loadTerminal()
  }, [idle])
  return useTerminalStatus() === 'loaded' && idle
}

/** Fetches the output of an earlier run when it is chosen and this page has not all of it. */
function useKeptOutput(run: Run | undefined): void {
  const { room } = useRoom()
  const number = run?.number
  const incomplete = run?.state === 'finished' && room.output(run.number).end < run.output_bytes

  useEffect(() => {
    if (number === undefined || !incomplete) return
    room
      .fetchOutput(number)
      .catch((error: unknown) => toast.error(`The output of run ${number} could not be read.`, error))
  }, [incomplete, number, room])
}
