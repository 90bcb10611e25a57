import type { ReactNode } from 'react'
import { Mark } from '../ui/Mark'
import { navigate } from './route'

/** The ways in which a person cannot be in a room, each said plainly with the next step. */
const WORDS = {
  'no-link': {
    title: 'You need a link to this room',
    text: 'Rooms open by a share link only. Ask somebody in the room for one: it ends in # and a long code. If you have been here before in this browser, your visit has expired.',
  },
  gone: {
    title: 'This room is not here',
    text: 'It was deleted, or the link is wrong. Check that it was copied whole, with the part after #.',
  },
  revoked: {
    title: 'You no longer have access',
    text: 'The link you came by was revoked, or the owner removed you. Ask for a new link to come back.',
  },
  forbidden: {
    title: 'This room is closed to you',
    text: 'Your role does not allow this. Ask the owner of the room for a different link.',
  },
  session: {
    title: 'Your visit has ended',
    text: 'Your access expired and could not be renewed. Open the share link again to come back.',
  },
  refused: {
    title: 'This tab was disconnected',
    text: 'The server refused something that this tab sent. Reloading brings the room back as everybody else sees it.',
  },
  failed: {
    title: 'This page has failed',
    text: 'Part of it could not be loaded, or it ran into an error of its own. What was saved is safe on the server; reloading usually mends it.',
  },
  unknown: {
    title: 'There is nothing here',
    text: 'This address belongs to no room.',
  },
} as const

export type StateKind = keyof typeof WORDS

export function StatePage({ kind, rescue }: { kind: StateKind; rescue?: ReactNode }) {
  const { title, text } = WORDS[kind]
  return (
    <main className="state-page" data-testid="state-page" data-kind={kind}>
      <Mark size={36} />
      <h1>{title}</h1>
      <p>{text}</p>
      {rescue}
      <div className="actions">
        {kind === 'refused' || kind === 'failed' ? (
          <button className="button primary" onClick={() => location.reload()}>
            Reload
          </button>
        ) : null}
        <button className="button" onClick={() => navigate('/')}>
          Go to the start page
        </button>
      </div>
    </main>
  )
}
