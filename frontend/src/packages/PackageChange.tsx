import { TriangleAlert } from 'lucide-react'
import { useLive } from '../app/useRoom'
import { toast } from '../ui/toasts'
import type { PackagesOfRuntime } from './usePackages'
import { changeWords, progressWords } from './words'

/** The change under way, or why the last one failed; both are the whole room's. */
export function PackageChange({ packages }: { packages: PackagesOfRuntime }) {
  const { change, busy } = packages
  return (
    <div role="status" data-testid="packages-change" data-state={change.state}>
      {busy ? <Going packages={packages} /> : null}
      {change.state === 'failed' ? <Failed packages={packages} /> : null}
    </div>
  )
}

function Going({ packages: { change, allowed, stop } }: { packages: PackagesOfRuntime }) {
  const you = useLive((state) => state.you.id)
  const what = changeWords(change, you)
  return (
    <div className="packages-going">
      <p>
        <strong>{what}</strong>
        {allowed ? (
          <button
            className="text-button"
            data-testid="packages-stop"
            onClick={() => void stop().catch((error: unknown) => toast.error('It was not stopped.', error))}
          >
            Stop
          </button>
        ) : null}
      </p>
      <progress
        aria-label={what}
        max={100}
        value={change.state === 'queued' || change.state === 'preparing' ? undefined : change.percent}
      />
      <p className="hint" aria-live="off">
        {progressWords(change)}
      </p>
    </div>
  )
}

const sentence = (words: string) => words.charAt(0).toUpperCase() + words.slice(1)

function Failed({ packages: { change } }: { packages: PackagesOfRuntime }) {
  const what = change.requirements.length > 0 ? change.requirements.join(', ') : 'The removal'
  const did = change.requirements.length > 0 ? 'not installed' : 'not carried out'
  return (
    <div className="packages-failed" data-testid="packages-error">
      <TriangleAlert size={15} aria-hidden="true" />
      <div>
        <p>
          <strong>
            {what}: {did}.
          </strong>{' '}
          {sentence(change.error ?? '')}
        </p>
        <p className="hint">Nothing has changed: runs have what was there before.</p>
      </div>
    </div>
  )
}
