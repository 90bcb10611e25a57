import { useEffect, useState } from 'react'
import { api, Problem } from '../api/http'
import type { Admission } from '../api/types'
import { fullJitter } from '../collab/backoff'
import { keepLinks, recentRooms, rememberRoom, secretHash } from '../session/memory'
import { Session } from '../session/session'
import { takeAdmission } from './admissions'
import { JoinDialog } from './JoinDialog'
import { loadEditor } from './lazyParts'
import { loadRoomPage, RoomPage } from './lazyRoom'
import { RoomSkeleton } from './RoomSkeleton'
import { takeSecret } from './route'
import { StatePage, type StateKind } from './StatePage'

type Entry =
  | { step: 'checking' }
  | { step: 'waiting' }
  | { step: 'asking'; secret: string }
  | { step: 'in'; session: Session }
  | { step: 'out'; kind: StateKind }

function enter(admission: Admission, joinedBy?: string): Entry {
  const { id, title } = admission.room
  const entry = { id, title, role: admission.participant.role }
  rememberRoom(joinedBy ? { ...entry, joinedBy } : entry)
  return { step: 'in', session: new Session(admission) }
}

/** Brings a person into a room: by what the creator got, by an earlier visit, or by a link and a name. */
export function RoomEntry({ id }: { id: string }) {
  const [entry, setEntry] = useState<Entry>(() => {
    const admission = takeAdmission(id)
    return admission ? enter(admission) : { step: 'checking' }
  })
  const [secret] = useState(takeSecret)

  useEffect(() => {
    if (entry.step !== 'checking') return undefined
    loadRoomPage()
    loadEditor()
    const visit = recentRooms().find((room) => room.id === id)
    if (secret && visit?.joinedBy !== secretHash(secret)) {
      setEntry({ step: 'asking', secret })
      return undefined
    }
    let timer: ReturnType<typeof setTimeout>
    const comeBack = async (attempt: number) => {
      try {
        setEntry(enter(await api.refresh(id)))
      } catch (error) {
        if (error instanceof Problem && error.status < 500) {
          setEntry(secret ? { step: 'asking', secret } : { step: 'out', kind: outKind(error) })
        } else {
          setEntry({ step: 'waiting' })
          timer = setTimeout(() => void comeBack(attempt + 1), 500 + fullJitter(attempt))
        }
      }
    }
    void comeBack(0)
    return () => clearTimeout(timer)
    // oxlint-disable-next-line react/exhaustive-deps -- one attempt per room: `entry` changes by it
  }, [id, secret])

  useEffect(() => {
    // A link pasted over this room's address changes only the fragment: it is a new arrival all the same.
    const arrived = () => location.hash.length > 1 && location.reload()
    addEventListener('hashchange', arrived)
    return () => removeEventListener('hashchange', arrived)
  }, [])

  const join = async (name: string) => {
    const admission = await api.join(id, secret, name)
    const { role } = admission.participant
    keepLinks(id, { [role]: `${location.origin}/r/${id}#${encodeURIComponent(secret)}` })
    setEntry(enter(admission, secretHash(secret)))
  }

  switch (entry.step) {
    case 'in':
      return <RoomPage session={entry.session} waiting={<RoomSkeleton title={entry.session.room.title} />} />
    case 'asking':
      return (
        <RoomSkeleton title="">
          <JoinDialog onJoin={join} onGone={() => setEntry({ step: 'out', kind: 'gone' })} />
        </RoomSkeleton>
      )
    case 'out':
      return <StatePage kind={entry.kind} />
    default:
      return <RoomSkeleton title="" waiting={entry.step === 'waiting'} />
  }
}

function outKind(problem: Problem): StateKind {
  if (problem.status === 404 || problem.status === 410) return 'gone'
  return 'no-link'
}
