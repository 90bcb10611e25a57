import {
  createContext,
  useCallback,
  useContext,
  useEffect,
  useReducer,
  useState,
  useSyncExternalStore,
} from 'react'
import { useStore } from 'zustand'
import type { Runtime } from '../api/types'
import type { FileEntry, Workspace } from '../collab/workspace'
import type { LiveRoom, LiveState } from '../collab/liveRoom'
import type { View, ViewState } from './viewState'
import type { Runs } from '../runs/runs'
import type { Debugger } from '../debug/debugger'

export interface RoomContextValue {
  room: LiveRoom
  view: View
  runs: Runs
  debug: Debugger
}

export const RoomContext = createContext<RoomContextValue | null>(null)

export function useRoom(): RoomContextValue {
  const value = useContext(RoomContext)
  if (!value) throw new Error('useRoom is used outside of a room.')
  return value
}

export function useLive<T>(select: (state: LiveState) => T): T {
  return useStore(useRoom().room.state, select)
}

export function useView<T>(select: (state: ViewState) => T): T {
  return useStore(useRoom().view, select)
}

/** Renders again when files or run settings change; never for text. */
export function useFiles(): FileEntry[] {
  const { workspace } = useRoom().room
  const [, changed] = useReducer((count: number) => count + 1, 0)
  useEffect(() => workspace.observe(changed), [workspace])
  return workspace.list()
}

type Setting = Parameters<Workspace['setting']>[0]

/** One of the room's run settings, as they are now. */
export function useSetting(name: Setting): string | undefined {
  const { workspace } = useRoom().room
  return useSyncExternalStore(
    useCallback((changed) => workspace.observe(changed), [workspace]),
    () => workspace.setting(name),
  )
}

/** The language that Run runs; undefined until the server has listed what it has. */
export function useRuntime(): Runtime | undefined {
  const fallback = useLive((state) => state.room.runtime)
  const wanted = useSetting('runtime') ?? fallback
  return useLive((state) => state.runtimes.find(({ id, language }) => id === wanted || language === wanted))
}

/** Where there is place for one pane only. */
export const NARROW = '(max-width: 820px)'

export function useMedia(query: string): boolean {
  const [matches, setMatches] = useState(() => matchMedia(query).matches)
  useEffect(() => {
    const media = matchMedia(query)
    const changed = () => setMatches(media.matches)
    changed()
    media.addEventListener('change', changed)
    return () => media.removeEventListener('change', changed)
  }, [query])
  return matches
}
