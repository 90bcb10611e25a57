import { useEffect, useState } from 'react'
import { entryFile } from '../collab/entryFile'
import { LiveRoom } from '../collab/liveRoom'
import type { NamedText } from '../collab/textHash'
import { ControlPrompt } from '../control/ControlPrompt'
import { Debugger } from '../debug/debugger'
import { DebugStatus } from '../debug/DebugStatus'
import { PackagesDialog } from '../packages/PackagesDialog'
import { Runs } from '../runs/runs'
import { rememberRoom } from '../session/memory'
import type { Session } from '../session/session'
import { toast } from '../ui/toasts'
import { BottomBar } from './BottomBar'
import { useFollowing } from './follow'
import { Header } from './Header'
import { Notices } from './Notices'
import { Rescue } from './Rescue'
import { RoomSkeleton } from './RoomSkeleton'
import { StatePage } from './StatePage'
import { exposeHooks } from './testHooks'
import { useHotkeys } from './useHotkeys'
import {
  NARROW,
  RoomContext,
  useFiles,
  useLive,
  useMedia,
  useRoom,
  useRuntime,
  type RoomContextValue,
} from './useRoom'
import { createView, keepOpenFiles } from './viewState'
import { Workbench } from './Workbench'

export default function RoomPage({ session }: { session: Session }) {
  const [value, setValue] = useState<RoomContextValue>()

  useEffect(() => {
    const view = createView()
    let leave = () => {}
    const join = (brought: readonly NamedText[]) => {
      const room = new LiveRoom(session, brought, () => {
        const files = room.notInRoom
        leave()
        join(files)
        toast.info('The room’s document was written anew. This page has joined it again.')
      })
      const runs = new Runs(room, view)
      const debug = new Debugger(room, view, runs)
      setValue({ room, view, runs, debug })
      const quiet = room.onNotice((level, text) => toast.show({ level, text }))
      const hidden = exposeHooks(room, view, debug)
      leave = () => {
        quiet()
        hidden()
        room.leave()
      }
    }
    join([])
    return () => {
      leave()
      setValue(undefined)
    }
  }, [session])

  if (!value) return <RoomSkeleton title={session.room.title} />
  return (
    <RoomContext value={value}>
      <Room />
    </RoomContext>
  )
}

function Room() {
  const { debug, runs } = useRoom()
  const ended = useLive((state) => state.ended)
  const narrow = useMedia(NARROW)
  useHotkeys(runs, debug)
  useBookkeeping()
  useFollowing()
  if (ended) {
    return <StatePage kind={ended} rescue={<Rescue />} />
  }
  return (
    <div className="room" data-narrow={narrow} data-testid="room">
      <Header narrow={narrow} />
      <Notices />
      {narrow ? <ControlPrompt what="debug" byKey /> : null}
      <Workbench narrow={narrow} />
      {narrow ? <BottomBar /> : null}
      <DebugStatus />
      <PackagesDialog />
    </div>
  )
}

/** Keeps tabs, the page's title and this browser's list of rooms in step with the room. */
function useBookkeeping(): void {
  const { room, view } = useRoom()
  const info = useLive((state) => state.room)
  const you = useLive((state) => state.you)
  const synced = useLive((state) => state.synced)
  const present = useLive((state) => state.present)
  const runtime = useRuntime()
  const files = useFiles()

  useEffect(() => {
    document.title = `${info.title || 'Untitled room'} · CodLabStudio`
    rememberRoom({ id: info.id, title: info.title, role: you.role })
  }, [info.id, info.title, you.role])

  useEffect(() => {
    if (!synced || !present) return
    const first = entryFile(files, room.workspace.setting('entry'), runtime)
    keepOpenFiles(
      view,
      files.map((file) => file.id),
      first?.id,
    )
  }, [files, present, room, runtime, synced, view])
}
