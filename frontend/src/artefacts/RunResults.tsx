import { FileDown, FileText, Package } from 'lucide-react'
import { useState } from 'react'
import { api } from '../api/http'
import type { Artefact, Run } from '../api/types'
import { useRoom } from '../app/useRoom'
import { saveAs } from '../ui/save'
import { toast } from '../ui/toasts'
import { ArtefactDialog } from './ArtefactDialog'
import { kindOf, nameOf, size } from './kinds'
import { Picture } from './Picture'

/** Whether a run has left anything besides what its terminal shows. */
export const hasResults = (run: Run): boolean =>
  run.state === 'finished' && (run.artefacts.length > 0 || run.missed_files > 0 || isCut(run))

const isCut = (run: Run) => run.kept_bytes !== run.output_bytes

/** Beside the terminal: the files that the program wrote, and the output that is not shown. */
export function RunResults({ run }: { run: Run }) {
  const [opened, setOpened] = useState<string>()
  const artefact = run.artefacts.find(({ id }) => id === opened)
  return (
    <aside className="results" aria-label={`What run ${run.number} left`} data-testid="results">
      <ul>
        {isCut(run) ? <WholeOutput run={run} /> : null}
        {run.artefacts.map((one) => (
          <li key={one.id}>
            <Card run={run.number} artefact={one} onOpen={() => setOpened(one.id)} />
          </li>
        ))}
      </ul>
      {run.missed_files > 0 ? <Missed count={run.missed_files} /> : null}
      {artefact ? (
        <ArtefactDialog run={run.number} artefact={artefact} onClose={() => setOpened(undefined)} />
      ) : null}
    </aside>
  )
}

function Card({ run, artefact, onOpen }: { run: number; artefact: Artefact; onOpen: () => void }) {
  const kind = kindOf(artefact)
  const Icon = kind === 'text' ? FileText : Package
  return (
    <button
      className="result"
      data-kind={kind}
      data-testid="artefact"
      data-path={artefact.path}
      title={artefact.path}
      onClick={onOpen}
    >
      {kind === 'picture' ? <Picture run={run} artefact={artefact} /> : <Icon size={18} aria-hidden="true" />}
      <span className="result-name">{nameOf(artefact.path)}</span>
      <small>{size(artefact.bytes)}</small>
    </button>
  )
}

function WholeOutput({ run }: { run: Run }) {
  const { session } = useRoom().room
  const [busy, setBusy] = useState(false)
  const download = async () => {
    setBusy(true)
    try {
      saveAs(`run-${run.number}.txt`, await api.wholeOutput(session.token, session.roomId, run.number))
    } catch (error) {
      toast.error(`The output of run ${run.number} was not downloaded.`, error)
    } finally {
      setBusy(false)
    }
  }
  return (
    <li>
      <button className="result" disabled={busy} onClick={() => void download()} data-testid="whole-output">
        <FileDown size={18} aria-hidden="true" />
        <span className="result-name">{busy ? 'Downloading …' : 'Download all output'}</span>
        <small>{size(run.kept_bytes)}</small>
      </button>
    </li>
  )
}

function Missed({ count }: { count: number }) {
  return (
    <p className="results-missed" data-testid="results-missed">
      {count === 1 ? '1 more file was' : `${count} more files were`} too large or too many.
    </p>
  )
}
