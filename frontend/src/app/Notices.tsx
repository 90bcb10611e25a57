import { Eye, Hourglass, WifiOff, X } from 'lucide-react'
import { useState } from 'react'
import { LeftBehindNotice, RefusedNotice } from './Rescue'
import { savingStatus, savingWords } from './saving'
import { useLive } from './useRoom'

/** What a person has to know before typing on. Floats over the work, so that nothing moves. */
export function Notices() {
  const status = useLive(savingStatus)
  const viewer = useLive((state) => !state.permissions.edit)
  const heldUp = useLive((state) => (state.synced || state.link === 'connected' ? null : state.heldUp))
  const leftBehind = useLive((state) => state.leftBehind.length > 0)
  const [read, setRead] = useState(false)
  if (status === 'refused') return <RefusedNotice />
  if (leftBehind) return <LeftBehindNotice />
  if (status === 'offline' || status === 'late') {
    return (
      <p className="notice" data-tone="warn" role="status" data-testid="notice">
        <WifiOff size={14} aria-hidden="true" />
        <span>
          <strong>{savingWords[status].label}.</strong> {savingWords[status].detail}
        </span>
      </p>
    )
  }
  if (heldUp) {
    return (
      <p className="notice" data-tone="warn" role="status" data-testid="notice">
        <Hourglass size={14} aria-hidden="true" />
        <span>
          <strong>You are not in yet:</strong> {heldUp.split(';')[0]}. This page keeps trying by itself.
        </span>
      </p>
    )
  }
  if (viewer && !read) {
    return (
      <p className="notice" role="status" data-testid="viewer-notice">
        <Eye size={14} aria-hidden="true" />
        <span>
          <strong>You are watching.</strong> You see everything live; editors change text and run it.
        </span>
        <button className="icon-button small" aria-label="Understood" onClick={() => setRead(true)}>
          <X size={14} aria-hidden="true" />
        </button>
      </p>
    )
  }
  return null
}
