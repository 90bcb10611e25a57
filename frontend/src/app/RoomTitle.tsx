import { useRef, useState } from 'react'
import { toast } from '../ui/toasts'
import { useLive, useRoom } from './useRoom'

/** The room's name; a click or Enter edits it in place. */
export function RoomTitle() {
  const { room } = useRoom()
  const title = useLive((state) => state.room.title) || 'Untitled room'
  const editable = useLive((state) => state.permissions.edit)
  const [draft, setDraft] = useState<string>()
  const cancelled = useRef(false)

  if (!editable) {
    return (
      <h1 className="title-static" data-testid="room-title">
        {title}
      </h1>
    )
  }

  const finish = async () => {
    const next = draft?.trim()
    setDraft(undefined)
    if (cancelled.current || !next || next === title) return
    try {
      await room.commands.send('room.update', { title: next })
    } catch (error) {
      toast.error('The title was not changed.', error)
    }
  }

  if (draft === undefined) {
    return (
      <h1 className="title">
        <button
          data-testid="room-title"
          title="Rename the room"
          onClick={() => {
            cancelled.current = false
            setDraft(title)
          }}
        >
          {title}
        </button>
      </h1>
    )
  }
  return (
    <input
      className="title-input"
      data-testid="room-title-edit"
      aria-label="Title of the room"
      value={draft}
      maxLength={80}
      // oxlint-disable-next-line jsx-a11y/no-autofocus -- the person asked to edit here
      autoFocus
      onFocus={(event) => event.target.select()}
      onChange={(event) => setDraft(event.target.value)}
      onBlur={() => void finish()}
      onKeyDown={(event) => {
        if (event.key === 'Escape') cancelled.current = true
        if (event.key === 'Escape' || event.key === 'Enter') event.currentTarget.blur()
      }}
    />
  )
}
