import * as Y from 'yjs'
import { toast } from '../ui/toasts'
import type { Presence } from './presence'
import type { RoomContextValue } from './useRoom'
import { openFile } from './viewState'

/** Opens the file that somebody works in and shows their caret. */
export function jumpTo({ room, view }: RoomContextValue, presence: Presence | undefined): void {
  const cursor = presence?.cursor
  const head = cursor?.sel[0]?.h
  if (!cursor || !room.workspace.path(cursor.file)) {
    toast.info(`${presence?.user.name ?? 'That person'} has no cursor in a file yet.`)
    return
  }
  const place = head
    ? Y.createAbsolutePositionFromRelativePosition(Y.createRelativePositionFromJSON(head), room.doc)
    : null
  openFile(view, cursor.file)
  if (place) view.setState({ reveal: { file: cursor.file, offset: place.index } })
}
