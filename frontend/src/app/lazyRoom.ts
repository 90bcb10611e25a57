import { lazy } from 'react'

/** The chunks that a room needs; called early, while a person still types a name. */
export const loadRoomPage = () => import('./RoomPage')
export const loadEditor = () => import('../editor/CodeEditor')

export const RoomPage = lazy(loadRoomPage)
export const CodeEditor = lazy(loadEditor)
export const TerminalView = lazy(() => import('../runs/TerminalView'))
