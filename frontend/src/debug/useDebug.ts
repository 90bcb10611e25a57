import { useEffect, useReducer, useState } from 'react'
import { useStore } from 'zustand'
import { useLive, useRoom, useRuntime, useSetting } from '../app/useRoom'
import type { Breakpoint } from './breakpoints'
import type { Driving } from './driving'
import type { FunctionBreakpoint } from './functionBreakpoints'
import { shownFrame, type LocalDebug } from './localState'
import type { Frame } from './protocol'
import type { DebugSession } from './session'
import type { Watch } from './watches'
import { startHurdle } from './words'

/** A stop that comes this soon after a step is shown as if the program had never run: nothing flickers. */
const FLICKER_MS = 150
/** So long the stack and the variables of a stop stay, dimmed, when the program runs on. */
const FADE_MS = 1000

export function useSession(): DebugSession | null {
  return useLive((state) => state.debug.session)
}

export function useLocal<T>(select: (state: LocalDebug) => T): T {
  return useStore(useRoom().debug.local, select)
}

export function useShownFrame(): Frame | undefined {
  const session = useSession()
  return useLocal((local) => shownFrame(session, local))
}

/** What this page goes on by, while that is on its way. */
export function useMove(): NonNullable<LocalDebug['moving']>['by'] | undefined {
  const session = useSession()
  const moving = useLocal((local) => local.moving)
  return session?.state === 'stopped' && moving?.stop === session.stop?.stop ? moving?.by : undefined
}

export const useMoving = (): boolean => useMove() !== undefined

/** What is to be seen of a stop: it, or for a moment what it was, dimmed. */
export function useSeen(): 'clear' | 'dimmed' | 'gone' {
  const standing = useStanding()
  const lasting = useStanding(FADE_MS)
  if (standing) return 'clear'
  return lasting ? 'dimmed' : 'gone'
}

/** Whether the program is shown as standing; follows the truth with a delay that hides short runs between stops. */
export function useStanding(delay = FLICKER_MS): boolean {
  const session = useSession()
  const moving = useMoving()
  const standing = session?.state === 'stopped' && !moving
  const [shown, setShown] = useState(standing)
  useEffect(() => {
    if (standing) {
      setShown(true)
      return undefined
    }
    const timer = setTimeout(() => setShown(false), delay)
    return () => clearTimeout(timer)
  }, [delay, standing])
  return session?.stop ? standing || (shown && session.state !== 'starting') : false
}

/** The room's breakpoints; renders again when there are others and when edits have moved them. */
export function useBreakpoints(): Breakpoint[] {
  const { breakpoints } = useRoom().debug
  const [list, setList] = useState(() => breakpoints.list())
  useEffect(() => {
    const changed = () => setList((before) => unchangedOr(before, breakpoints.list()))
    changed()
    return breakpoints.observe(changed)
  }, [breakpoints])
  return list
}

/** The functions that the room's programs stop at. */
export function useFunctionBreakpoints(): FunctionBreakpoint[] {
  const { functions } = useRoom().debug
  const [list, setList] = useState(() => functions.list())
  useEffect(() => {
    const changed = () => setList((before) => unchangedOr(before, functions.list()))
    changed()
    return functions.observe(changed)
  }, [functions])
  return list
}

function unchangedOr<T>(before: T, now: T): T {
  return JSON.stringify(before) === JSON.stringify(now) ? before : now
}

export function useWatches(): Watch[] {
  const { watches } = useRoom().debug
  const [list, setList] = useState(() => watches.list())
  useEffect(() => {
    const changed = () => setList(watches.list())
    changed()
    return watches.observe(changed)
  }, [watches])
  return list
}

export function useDriving(): Driving {
  return {
    you: useLive((state) => state.you),
    permissions: useLive((state) => state.permissions),
    participants: useLive((state) => state.participants),
    control: useLive((state) => state.control),
    everybody: useSetting('control') === 'everybody',
  }
}

/** Why Debug cannot be pressed; undefined when it can. */
export function useStartHurdle(): string | undefined {
  const session = useSession()
  return startHurdle({
    session,
    permissions: useLive((state) => state.permissions),
    connected: useLive((state) => state.link === 'connected' && state.present),
    participants: useLive((state) => state.participants),
    runtime: useRuntime(),
  })
}

/** The text that runs, matched to the text as it is now; renders again when edits may have changed that. */
export function useRunningText() {
  const { debug, room } = useRoom()
  const run = useSession()?.run
  const synced = useLive((state) => state.synced)
  // The run's hash comes with its start.
  const hash = useLive((state) => state.runs.find(({ number }) => number === run)?.text_hash)
  const [, changed] = useReducer((count: number) => count + 1, 0)
  useEffect(() => {
    if (run === undefined || !synced) return undefined
    let frame = 0
    const soon = () => {
      frame ||= requestAnimationFrame(() => {
        frame = 0
        changed()
      })
    }
    room.doc.on('update', soon)
    return () => {
      cancelAnimationFrame(frame)
      room.doc.off('update', soon)
    }
  }, [room, run, synced])
  return hash ? debug.text : undefined
}
