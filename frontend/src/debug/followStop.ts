import { useEffect } from 'react'
import { useLive, useRoom } from '../app/useRoom'
import { bringFile, type View } from '../app/viewState'
import type { LiveRoom } from '../collab/liveRoom'
import type { Debugger } from './debugger'
import { shownFrame } from './localState'
import type { Frame } from './protocol'
import type { Place } from './runningText'
import { standingFrame } from './session'
import { useLocal, useSession } from './useDebug'

/** Brings the editor to where the program stops, until this page's person goes elsewhere. */
export function useFollowStop(): void {
  const { room, view, debug } = useRoom()
  const session = useSession()
  const run = session?.run
  const stop = session?.state === 'stopped' ? session.stop?.stop : undefined
  const following = useLocal((local) => local.following)
  const frame = useLocal((local) => shownFrame(session, local))
  const synced = useLive((state) => state.synced)

  useEffect(() => {
    if (run === undefined) return
    debug.local.setState({ following: true, looked: null, panel: true, moving: null, frames: {} })
  }, [debug, run])

  useEffect(() => {
    debug.local.setState({ frames: {} })
  }, [debug, stop])

  useEffect(() => {
    if (stop === undefined || !synced || !following || view.getState().following) return
    goTo(placeOf(debug, frame), room, view)
    // oxlint-disable-next-line react/exhaustive-deps -- once for each stop: the text changes without one
  }, [stop, synced, following])

  useEffect(
    () =>
      view.subscribe(({ active }, before) => {
        const { local } = debug
        if (active === before.active || !local.getState().following || !debug.session?.stop) return
        const place = placeOf(debug, standingFrame(debug.session.stop))
        if (place && active !== place.file) local.setState({ following: false })
      }),
    [debug, view],
  )
}

export function placeOf(debug: Debugger, frame: Frame | undefined): Place | undefined {
  return frame?.file ? debug.text?.place(frame.file, frame.line) : undefined
}

/** Shows a line in the editor. */
export function goTo(place: Place | undefined, room: LiveRoom, view: View): void {
  const text = place && room.workspace.text(place.file)?.toString()
  if (!place || text === undefined) return
  bringFile(view, place.file)
  const before = text.split('\n').slice(0, place.line - 1)
  const offset = before.reduce((sum, line) => sum + line.length + 1, 0)
  view.setState({ reveal: { file: place.file, offset } })
}
