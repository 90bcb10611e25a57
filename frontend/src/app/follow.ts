import { useEffect } from 'react'
import * as Y from 'yjs'
import type { Participant } from '../api/types'
import type { LiveRoom } from '../collab/liveRoom'
import { toast } from '../ui/toasts'
import { presencesOf } from './presence'
import { useLive, useRoom, useView, type RoomContextValue } from './useRoom'
import { openFile, type View } from './viewState'

/** Keys and clicks in here choose whom to follow; they are not work of one's own. */
const CHOOSING = '[data-testid=people], [role=menu]'
const MODIFIERS = new Set(['Shift', 'Control', 'Alt', 'AltGraph', 'Meta'])

export function toggleFollowing({ view }: RoomContextValue, person: Participant): void {
  view.setState(({ following }) => ({ following: following?.id === person.id ? null : person }))
}

/** Keeps the followed person's caret on the screen, until this page's own person does something. */
export function useFollowing(): void {
  const { room, view } = useRoom()
  const following = useView((state) => state.following)
  const left = useLive((state) => !state.participants.some((one) => one.id === following?.id))

  useEffect(() => {
    if (following === null) return undefined
    const stops = [goAlong(room, view, following.id), untilOwnInput(() => view.setState({ following: null }))]
    return () => stops.forEach((stop) => stop())
  }, [following, room, view])

  useEffect(() => {
    if (following === null || !left) return
    view.setState({ following: null })
    toast.info(`${following.name} has left the room.`)
  }, [following, left, view])
}

/** Typing moves no caret relative to the text, so the text is listened to as well. */
function goAlong(room: LiveRoom, view: View, id: string): () => void {
  let frame = 0
  let shown = ''
  const look = () => {
    frame ||= requestAnimationFrame(() => {
      frame = 0
      const place = placeOf(room, id)
      const now = JSON.stringify(place)
      if (!place || now === shown) return
      shown = now
      if (view.getState().active !== place.file) openFile(view, place.file)
      view.setState({ reveal: place })
    })
  }
  look()
  room.awareness.on('change', look)
  room.doc.on('update', look)
  return () => {
    cancelAnimationFrame(frame)
    room.awareness.off('change', look)
    room.doc.off('update', look)
  }
}

function placeOf(room: LiveRoom, id: string): { file: string; offset: number } | undefined {
  const cursor = presencesOf(room.awareness).find(({ user, cursor: at }) => user.id === id && at)?.cursor
  const head = cursor?.sel[0]?.h
  if (!cursor || !head || !room.workspace.path(cursor.file)) return undefined
  const relative = Y.createRelativePositionFromJSON(head)
  const place = Y.createAbsolutePositionFromRelativePosition(relative, room.doc)
  return place ? { file: cursor.file, offset: place.index } : undefined
}

/** Calls back at the first key, click or turn of the wheel that is not about following. */
function untilOwnInput(stop: () => void): () => void {
  const pressed = (event: KeyboardEvent) => {
    if (MODIFIERS.has(event.key) || isChoosing(event.target, '[role=menu]')) return
    if (event.key === 'Escape') {
      event.preventDefault()
      event.stopPropagation()
      stop()
    } else if (!isChoosing(event.target)) stop()
  }
  const acted = (event: Event) => {
    if (!isChoosing(event.target)) stop()
  }
  addEventListener('keydown', pressed, { capture: true })
  addEventListener('pointerdown', acted, { capture: true })
  addEventListener('wheel', acted, { capture: true, passive: true })
  return () => {
    removeEventListener('keydown', pressed, { capture: true })
    removeEventListener('pointerdown', acted, { capture: true })
    removeEventListener('wheel', acted, { capture: true })
  }
}

function isChoosing(target: EventTarget | null, where = CHOOSING): boolean {
  return target instanceof Element && target.closest(where) !== null
}
