import { chunk } from '../ui/chunk'

const editor = chunk(() => import('../editor/CodeEditor'))
const panel = chunk(() => import('../debug/DebugPanel'))
const strip = chunk(() => import('../debug/DebugStrip'))
const terminal = chunk(() => import('../runs/TerminalView'))

/** Called early, while a person still types a name. */
export const loadEditor = editor.load
export const CodeEditor = editor.Chunk
export const DebugPanel = panel.Chunk
export const DebugStrip = strip.Chunk
export const loadTerminal = terminal.load
export const useTerminalStatus = terminal.useStatus
export const TerminalView = terminal.Chunk
