import { Trash2 } from 'lucide-react'
import type { InstalledPackage, PackageSet } from '../api/types'
import { toast } from '../ui/toasts'
import { Tip } from '../ui/Tip'
import type { PackagesOfRuntime } from './usePackages'
import { nameOf } from './words'

/** What was asked for, each with a way to remove it; and what that needs. */
export function PackageList({ set, packages }: { set: PackageSet; packages: PackagesOfRuntime }) {
  const asked = set.packages.filter(({ direct }) => direct)
  const needed = set.packages.filter(({ direct }) => !direct)
  return (
    <>
      <ul className="packages-list" aria-label="Installed packages">
        {asked.map((one) => (
          <li key={one.name} data-testid="package" data-name={one.name}>
            <Words one={one} wanted={set.requirements.find((wanted) => isOf(wanted, one))} />
            {packages.allowed ? <Remove one={one} packages={packages} /> : null}
          </li>
        ))}
      </ul>
      {needed.length > 0 ? (
        <details className="packages-needed">
          <summary>{needed.length === 1 ? '1 that these need' : `${needed.length} that these need`}</summary>
          <ul className="packages-list" aria-label="Packages that these need">
            {needed.map((one) => (
              <li key={`${one.name} ${one.version}`}>
                <Words one={one} />
              </li>
            ))}
          </ul>
        </details>
      ) : null}
    </>
  )
}

const plain = (name: string) => name.toLowerCase().replaceAll(/[-_.]+/g, '-')
const isOf = (wanted: string, one: InstalledPackage) => plain(nameOf(wanted)) === plain(one.name)

function Words({ one, wanted }: { one: InstalledPackage; wanted?: string | undefined }) {
  const asks = wanted && wanted.length > nameOf(wanted).length ? wanted.slice(nameOf(wanted).length) : ''
  return (
    <span className="package">
      <span className="package-name">{one.name}</span>
      <span className="package-version" title={one.hash}>
        {one.version}
      </span>
      {asks ? <span className="hint">asked for {asks}</span> : null}
      {one.note ? <span className="package-note">{one.note}</span> : null}
    </span>
  )
}

function Remove({ one, packages }: { one: InstalledPackage; packages: PackagesOfRuntime }) {
  const remove = async () => {
    try {
      await packages.remove(one.name)
    } catch (error) {
      toast.error(`${one.name} was not removed.`, error)
    }
  }
  return (
    <Tip label={`Remove ${one.name} for everybody`}>
      <button
        className="icon-button small"
        aria-label={`Remove ${one.name}`}
        aria-disabled={packages.busy}
        onClick={() => (packages.busy ? undefined : void remove())}
      >
        <Trash2 size={14} aria-hidden="true" />
      </button>
    </Tip>
  )
}
