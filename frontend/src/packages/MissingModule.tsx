import { Blocks } from 'lucide-react'
import type { Run } from '../api/types'
import { useLive, useRoom } from '../app/useRoom'
import { toast } from '../ui/toasts'
import { useOutputEnd } from './useOutputEnd'
import { usePackages } from './usePackages'
import { missingModule, nameOf } from './words'

/** After a program that lacked a module: a way to install it, how far that is, and to run again. */
export function MissingModule({ run }: { run: Run }) {
  const { room, runs, view } = useRoom()
  const packages = usePackages()
  const { runtime, change, set, busy, allowed } = packages
  const mayRun = useLive((state) => state.permissions.run)
  const seen = useOutputEnd(run.number)
  const missing = run.exit_code ? missingModule(seen) : undefined
  if (!missing || !runtime?.packages || runtime.id !== run.runtime) return null
  const isLocal = room.workspace.list().some(({ path }) => path.split(/[./]/)[0] === missing.module)
  if (isLocal) return null

  const isThere = set?.packages.some(({ name }) => same(name, missing.package)) ?? false
  const isComing = busy && change.requirements.some((one) => same(nameOf(one), missing.package))
  const install = async () => {
    try {
      await packages.install([missing.package])
    } catch (error) {
      toast.error(`${missing.package} was not installed.`, error)
    }
  }
  return (
    <div className="missing-module" role="status" data-testid="missing-module">
      <Blocks size={15} aria-hidden="true" />
      {isThere ? (
        <>
          <span>
            <code>{missing.package}</code> is installed.
          </span>
          {mayRun ? (
            <button className="button small primary" onClick={() => void runs.start()}>
              Run again
            </button>
          ) : null}
        </>
      ) : isComing ? (
        <>
          <span>
            Installing <code>{missing.package}</code>
          </span>
          <progress aria-label={`Installing ${missing.package}`} max={100} value={change.percent} />
          <button className="button small" onClick={() => view.setState({ packages: true })}>
            Details
          </button>
        </>
      ) : (
        <>
          <span>
            <code>{missing.module}</code> is not installed.
          </span>
          {allowed ? (
            <button
              className="button small primary"
              data-testid="install-missing"
              disabled={busy}
              onClick={() => void install()}
            >
              Install {missing.package}
            </button>
          ) : null}
          {change.state === 'failed' ? <span className="failure">{change.error}</span> : null}
        </>
      )}
    </div>
  )
}

const same = (one: string, other: string) =>
  one.toLowerCase().replaceAll(/[-_.]+/g, '-') === other.toLowerCase().replaceAll(/[-_.]+/g, '-')
