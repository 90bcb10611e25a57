import type * as Monaco from 'monaco-editor/editor'
import type { LiveRoom } from '../collab/liveRoom'
import type { Debugger } from '../debug/debugger'
import type { View } from './viewState'

/** What browser tests may hold on to (frontend/README.md). Nothing in the product reads it. */
export interface TestHooks {
  room: LiveRoom
  view: View
  debug: Debugger
  editor: Monaco.editor.IStandaloneCodeEditor | undefined
  /** The text on the screen of the file in front. */
  editorText: () => string | undefined
  /** The text of a file in the document, by path. */
  text: (path: string) => string | undefined
  /** The visible terminal's lines. */
  terminalText: () => string
}

declare global {
  interface Window {
    __codlab?: TestHooks
  }
}

export function exposeHooks(room: LiveRoom, view: View, debug: Debugger): () => void {
  const hooks: TestHooks = {
    room,
    view,
    debug,
    editor: undefined,
    editorText: () => hooks.editor?.getModel()?.getValue(),
    text: (path) => [...room.workspace.texts()].find((file) => file.path === path)?.text,
    terminalText: () => '',
  }
  window.__codlab = hooks
  return () => {
    if (window.__codlab === hooks) delete window.__codlab
  }
}
