import type * as Monaco from 'monaco-editor/editor'
import { useEffect, useRef, useState } from 'react'
import { useStore } from 'zustand'
import type { Runtime } from '../api/types'
import type { LiveRoom } from '../collab/liveRoom'
import { EditorLoading } from '../app/EditorStates'
import { registerPane } from '../app/panes'
import { useLive, useMedia, useRoom, useView } from '../app/useRoom'
import { DebugInEditor } from '../debug/editor/DebugInEditor'
import { theme } from '../ui/theme'
import '../styles/editor.css'
import { Models } from './models'
import { fontReady, monaco } from './monaco'
import { RemoteCursors } from './remoteCursors'
import { THEME } from './theme'

const OPTIONS: Monaco.editor.IStandaloneEditorConstructionOptions = {
  model: null,
  automaticLayout: true,
  ariaLabel: 'Code',
  fontFamily: '"JetBrains Mono Variable", ui-monospace, monospace',
  fontSize: 13.5,
  lineHeight: 22,
  fontLigatures: false,
  minimap: { enabled: false },
  stickyScroll: { enabled: false },
  scrollBeyondLastLine: false,
  smoothScrolling: false,
  fixedOverflowWidgets: true,
  // Above the first line is room for the name of somebody who is in it.
  padding: { top: 20, bottom: 12 },
  lineNumbersMinChars: 3,
  glyphMargin: true,
  folding: true,
  renderLineHighlight: 'line',
  overviewRulerBorder: false,
  scrollbar: { verticalScrollbarSize: 10, horizontalScrollbarSize: 10, useShadows: false },
  bracketPairColorization: { enabled: false },
  guides: { indentation: true },
  unicodeHighlight: { ambiguousCharacters: false },
  wordBasedSuggestions: 'currentDocument',
  quickSuggestions: { other: true, comments: false, strings: false },
  accessibilitySupport: 'auto',
}

const READ_ONLY_MESSAGE = { value: 'You are a viewer: ask for an editor link to change text.' }

interface Parts {
  editor: Monaco.editor.IStandaloneCodeEditor
  models: Models
}

export default function CodeEditor({ file }: { file: string }) {
  const host = useRef<HTMLDivElement>(null)
  const parts = useParts(host)
  useShownFile(parts, file)
  useReveal(parts, file)
  return (
    <>
      <div className="monaco" ref={host} data-testid="editor" />
      {parts ? <DebugInEditor editor={parts.editor} file={file} /> : <EditorLoading />}
    </>
  )
}

/** The catalogue as this room reads it: `.m` is Octave's where that runs, else Objective-C's. */
function chosenFirst({ state, workspace }: LiveRoom): Runtime[] {
  const { room, runtimes } = state.getState()
  const wanted = workspace.setting('runtime') ?? room.runtime
  return runtimes.toSorted((a, b) => Number(b.id === wanted) - Number(a.id === wanted))
}

/** One editor for all files, made when the code font is there to be measured. */
function useParts(host: React.RefObject<HTMLDivElement | null>): Parts | undefined {
  const { room } = useRoom()
  const [parts, setParts] = useState<Parts>()
  const editable = useLive((state) => state.permissions.edit)
  const present = useStore(theme, (state) => state.theme)
  const narrow = useMedia('(max-width: 520px)')

  useEffect(() => {
    let made: Parts | undefined
    let cursors: RemoteCursors | undefined
    let gone = false
    void fontReady.then(() => {
      if (gone || !host.current) return
      const editor = monaco.editor.create(host.current, OPTIONS)
      const models = new Models(room.workspace, () => chosenFirst(room))
      cursors = new RemoteCursors(editor, room.awareness, () => {
        const shown = models.fileOf(editor.getModel())
        return shown ? { id: shown.id, text: shown.binding.text } : undefined
      })
      editor.onDidCompositionStart(() => room.sync.hold())
      editor.onDidCompositionEnd(() => setTimeout(() => room.sync.release()))
      made = { editor, models }
      if (window.__codlab) window.__codlab.editor = editor
      setParts(made)
    })
    return () => {
      gone = true
      setParts(undefined)
      cursors?.dispose()
      made?.editor.dispose()
      made?.models.dispose()
    }
  }, [host, room])

  useEffect(() => monaco.editor.setTheme(THEME[present]), [present])
  useEffect(() => {
    parts?.editor.updateOptions({
      readOnly: !editable,
      readOnlyMessage: READ_ONLY_MESSAGE,
      domReadOnly: !editable,
      lineDecorationsWidth: narrow ? 8 : 10,
      folding: !narrow,
    })
  }, [editable, narrow, parts])
  useEffect(() => (parts ? registerPane('code', () => parts.editor.focus()) : undefined), [parts])
  return parts
}

function useShownFile(parts: Parts | undefined, file: string): void {
  const { workspace } = useRoom().room
  const text = workspace.text(file)

  useEffect(() => {
    const open = parts?.models.open(file)
    if (!parts || !open) return undefined
    const { editor } = parts
    const attached = open.binding.attach(editor)
    editor.setModel(open.model)
    if (open.view) editor.restoreViewState(open.view)
    if (!document.activeElement || document.activeElement === document.body) editor.focus()
    return () => {
      open.view = editor.saveViewState()
      attached.dispose()
      editor.setModel(null)
    }
    // `text` changes when the file was deleted and brought back: its model is then another one.
  }, [parts, file, text])
}

/** Goes where the followed person is. */
function useReveal(parts: Parts | undefined, file: string): void {
  const { view } = useRoom()
  const reveal = useView((state) => state.reveal)

  useEffect(() => {
    const model = parts?.editor.getModel()
    if (!parts || !model || reveal?.file !== file) return
    parts.editor.revealPositionInCenterIfOutsideViewport(model.getPositionAt(reveal.offset))
    view.setState({ reveal: null })
  }, [file, parts, reveal, view])
}
