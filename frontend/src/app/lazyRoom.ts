import { createElement, lazy, useState, type ComponentType } from 'react'

/**
 * A component in a chunk of its own. Once loaded it renders directly: React holds back what suspends
 * for 300 ms, even where the promise is settled already.
 */
function chunk<P extends object>(load: () => Promise<{ default: ComponentType<P> }>) {
  let loaded: ComponentType<P> | undefined
  const start = async () => {
    const module = await load()
    loaded = module.default
    return module
  }
  const Waiting: ComponentType<P> = lazy(start)
  function Chunk(props: P) {
    const [component] = useState(() => ({ Loaded: loaded ?? Waiting }))
    return createElement(component.Loaded, props)
  }
  return { load: start, Chunk }
}

const roomPage = chunk(() => import('./RoomPage'))
const codeEditor = chunk(() => import('../editor/CodeEditor'))
const debugPanel = chunk(() => import('../debug/DebugPanel'))
const debugStrip = chunk(() => import('../debug/DebugStrip'))
const terminalView = chunk(() => import('../runs/TerminalView'))

/** Load the chunks that a room needs; called early, while a person still types a name. */
export const loadRoomPage = roomPage.load
export const loadEditor = codeEditor.load

export const RoomPage = roomPage.Chunk
export const CodeEditor = codeEditor.Chunk
export const DebugPanel = debugPanel.Chunk
export const DebugStrip = debugStrip.Chunk
export const TerminalView = terminalView.Chunk
