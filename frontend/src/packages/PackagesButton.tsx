import { Blocks } from 'lucide-react'
import { useRoom } from '../app/useRoom'
import { Tip } from '../ui/Tip'
import { usePackages } from './usePackages'

/** Opens the packages; shows that some are being installed. Not there where nothing can be. */
export function PackagesButton() {
  const { view } = useRoom()
  const { runtime, change, set, busy } = usePackages()
  if (!runtime?.packages && change.packages.length === 0) return null
  const count = set?.requirements.length ?? 0
  const label = busy ? `Packages: installing, ${change.percent} %` : `Packages: ${count} installed`
  return (
    <Tip label={label}>
      <button
        className="icon-button packages-button"
        data-testid="packages-button"
        data-busy={busy}
        aria-label={label}
        onClick={() => view.setState({ packages: true })}
      >
        <Blocks size={16} aria-hidden="true" />
        {busy ? <i className="busy-dot" aria-hidden="true" /> : null}
      </button>
    </Tip>
  )
}
