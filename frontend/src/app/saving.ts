import type { Link, Saved } from '../collab/liveRoom'

export type SavingStatus = 'connecting' | 'offline' | 'saving' | 'saved' | 'late' | 'refused'

interface Saving {
  link: Link
  saved: Saved
  synced: boolean
  refused: boolean
}

/** What the indicator says; `saved` only when the server has answered for every edit of this tab. */
export function savingStatus({ link, saved, synced, refused }: Saving): SavingStatus {
  if (refused) return 'refused'
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
  refused: {
    label: 'Not accepted',
    detail: 'The room did not take your last changes. They are kept in this tab only.',
  },
  late: {
    label: 'Not saved, retrying',
    detail: 'The server has not confirmed your last edits. They are kept in this tab; do not close it.',
  },
}
