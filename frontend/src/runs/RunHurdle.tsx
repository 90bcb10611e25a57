import type { Run } from '../api/types'
import { useLive, useRoom } from '../app/useRoom'
import type { ImageBuild } from '../collab/roomState'
import { hurdleWords } from './words'

/** What stands between Run and the first output: an image that is being made, or a reason not to start. */
export function RunHurdle({ run }: { run: Run }) {
  const build = useLive((state) => state.builds[run.runtime])
  const hurdle = run.state === 'finished' ? hurdleWords(run) : undefined
  if (hurdle) return <NotStarted {...hurdle} />
  const waits = run.state === 'queued' || run.state === 'preparing'
  return waits && build?.state === 'building' ? <Building runtimeId={run.runtime} build={build} /> : null
}

function Building({ runtimeId, build }: { runtimeId: string; build: ImageBuild }) {
  const runtime = useLive((state) => state.runtimes.find((one) => one.id === runtimeId))
  const name = runtime ? `${runtime.name} ${runtime.version}` : runtimeId
  return (
    <div className="hurdle" data-testid="run-building">
      <h3>Getting {name} ready</h3>
      <p>This happens once on this server. Your program starts by itself when it is done.</p>
      <progress aria-label={`Progress of ${name}`} max={100} value={build.percent ?? undefined} />
      <p className="hurdle-layer">{build.layer ? `Layer ${build.layer}` : null}</p>
      <p className="hurdle-line">{build.line}</p>
    </div>
  )
}

function NotStarted({ title, advice }: { title: string; advice: string }) {
  const { runs } = useRoom()
  const allowed = useLive((state) => state.permissions.run)
  return (
    <div className="hurdle" data-testid="run-hurdle">
      <h3>{title}</h3>
      <p>{marked(advice)}</p>
      {allowed ? (
        <button className="button" onClick={() => void runs.start()}>
          Run again
        </button>
      ) : null}
    </div>
  )
}

/** Names that one types, such as `scripts/engine` and `CODLAB_DOCKER_HOST`, look like it. */
function marked(advice: string) {
  return advice
    .split(/(\bCODLAB_[A-Z_]+|\bscripts\/[a-z-]+)/)
    .map((part, index) => (index % 2 ? <code key={index}>{part}</code> : part))
}
