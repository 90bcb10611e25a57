import { useEffect, useMemo, useState } from 'react'
import { useShallow } from 'zustand/react/shallow'
import type { Controlled } from '../api/types'
import { useLive, useRoom, useSetting } from '../app/useRoom'
import { toast } from '../ui/toasts'
import { standingOf, type Standing } from './standing'

export interface Control extends Standing {
  /** Taking it now would be granted. */
  isFree: boolean
  /** The room lets everybody, whoever holds it. */
  isShared: boolean
  take(): void
  request(): void
  withdraw(): void
  /** Hands it to somebody, or (null) back to all. */
  give(to: string | null): void
}

/** Who holds the keyboard or the debugger, and what this page can do about it. */
export function useControl(what: Controlled): Control {
  const { commands } = useRoom().room
  const known = useLive(
    useShallow(({ control, participants, permissions, you }) => ({
      control,
      participants,
      permissions,
      you,
    })),
  )
  const standing = useMemo(() => standingOf(what, known), [what, known])
  const isFree = useReached(standing.freeAt)
  const isShared = useSetting('control') === 'everybody' && what === 'debug'
  return useMemo(() => {
    const send = (type: string, fields: object) => {
      commands
        .send(type, { what, ...fields })
        .catch((error: unknown) => toast.error('That was not possible:', error))
    }
    return {
      ...standing,
      isFree,
      isShared,
      take: () => send('control.take', {}),
      request: () => send('control.request', {}),
      withdraw: () => send('control.request', { withdraw: true }),
      give: (to) => send('control.give', { to }),
    }
  }, [commands, isFree, isShared, standing, what])
}

/** Whether a moment of the server's clock has come. */
function useReached(moment: number): boolean {
  const ahead = useLive((state) => state.serverAhead)
  const [now, setNow] = useState(Date.now)
  const isReached = now + ahead >= moment
  useEffect(() => {
    if (isReached) return undefined
    const timer = setTimeout(() => setNow(Date.now()), moment - ahead - Date.now())
    return () => clearTimeout(timer)
  }, [ahead, isReached, moment, now])
  return isReached
}
