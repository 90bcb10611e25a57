import { Tip } from '../ui/Tip'
import { savingStatus, savingWords } from './saving'
import { useLive } from './useRoom'

export function SaveIndicator() {
  const status = useLive(savingStatus)
  const link = useLive((state) => state.link)
  const saved = useLive((state) => state.saved)
  const { label, detail } = savingWords[status]
  return (
    <Tip label={detail}>
      <span
        className="save-indicator"
        role="status"
        tabIndex={0}
        data-testid="save-status"
        data-status={link}
        data-saved={status}
        data-barrier={saved}
      >
        <i aria-hidden="true" />
        <span>{label}</span>
      </span>
    </Tip>
  )
}
