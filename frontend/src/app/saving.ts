import type { Link, Saved } from '../collab/liveRoom'

export type SavingStatus = 'connecting' | 'offline' | 'saving' | 'saved' | 'late'

/** What the indicator says; `saved` only when the server has answered for every edit of this tab. */
export function savingStatus(link: Link, saved: Saved, synced: boolean): SavingStatus {
  if (link === 'offline') return synced ? 'offline' : 'connecting'
  if (link === 'connecting' || !synced) return 'connecting'
  return saved
}

export const savingWords: Record<SavingStatus, { label: string; detail: string }> = {
  connecting: { label: 'Connecting', detail: 'Opening the connection to the room.' },
  offline: {
    label: 'Offline',
    detail: 'Go on typing: your edits are kept in this tab and will merge when the connection is back.',
  },
  saving: { label: 'Saving', detail: 'Your last edits are on their way.' },
  saved: { label: 'Saved', detail: 'Everything you typed is stored on the server.' },
  late: {
    label: 'Not saved, retrying',
    detail: 'The server has not confirmed your last edits. They are kept in this tab; do not close it.',
  },
}
