import { X } from 'lucide-react'
import { Dialog } from 'radix-ui'
import { useLive, useRoom, useView } from '../app/useRoom'
import { size } from '../artefacts/kinds'
import { InstallField } from './InstallField'
import { PackageChange } from './PackageChange'
import { PackageList } from './PackageList'
import { usePackages, type PackagesOfRuntime } from './usePackages'

/** What programs find installed, as everybody in the room has it. */
export function PackagesDialog() {
  const { view } = useRoom()
  const open = useView((state) => state.packages)
  return (
    <Dialog.Root open={open} onOpenChange={(packages) => view.setState({ packages })}>
      <Dialog.Portal>
        <Dialog.Overlay className="overlay" />
        <Dialog.Content className="dialog sheet packages-dialog" data-testid="packages-dialog">
          <Content />
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  )
}

function Content() {
  const packages = usePackages()
  const { runtime, set } = packages
  const mayInstall = useLive((state) => state.permissions.install)
  const name = runtime ? `${runtime.name} ${runtime.version}` : 'this language'
  return (
    <>
      <header>
        <Dialog.Title>Packages</Dialog.Title>
        <Dialog.Close className="icon-button" aria-label="Close">
          <X size={16} aria-hidden="true" />
        </Dialog.Close>
      </header>
      <Dialog.Description className="hint">
        {runtime?.packages
          ? `For ${name}. The same for everybody in the room, in every run.`
          : `Packages cannot be installed for ${name} here. They can for Python, JavaScript and TypeScript.`}
      </Dialog.Description>
      {runtime?.packages ? (
        <div className="packages-body">
          {mayInstall ? <InstallField packages={packages} /> : null}
          <PackageChange packages={packages} />
          {set ? <PackageList set={set} packages={packages} /> : <Nothing packages={packages} name={name} />}
        </div>
      ) : null}
      {set ? (
        <footer className="hint">
          {count(set.packages.length)}, {size(set.bytes)}. Exact versions and hashes are recorded.
        </footer>
      ) : null}
    </>
  )
}

const count = (packages: number) => (packages === 1 ? '1 package' : `${packages} packages`)

function Nothing({ packages, name }: { packages: PackagesOfRuntime; name: string }) {
  const { elsewhere, allowed, busy, install } = packages
  const runtimes = useLive((state) => state.runtimes)
  const other = runtimes.find(({ id }) => id === elsewhere?.runtime)
  return (
    <div className="packages-nothing" data-testid="packages-nothing">
      <p>Nothing is installed: programs have what comes with {name}.</p>
      {elsewhere && other ? (
        <button
          className="button"
          disabled={!allowed || busy}
          onClick={() => void install(elsewhere.requirements).catch(() => undefined)}
        >
          Install what {other.name} {other.version} has ({elsewhere.requirements.length})
        </button>
      ) : null}
    </div>
  )
}
