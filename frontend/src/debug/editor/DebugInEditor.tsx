import type * as Monaco from 'monaco-editor/editor'
import { useEffect } from 'react'
import { useLive, useRoom } from '../../app/useRoom'
import { MonacoBinding } from '../../editor/binding'
import '../../styles/debugEditor.css'
import { placeOf } from '../followStop'
import { standingFrame } from '../session'
import { ownScopes } from '../variableRows'
import { isFailure, reasonWords } from '../words'
import { useBreakpoints, useLocal, useRunningText, useSeen, useSession, useShownFrame } from '../useDebug'
import { BreakpointEditor } from './BreakpointEditor'
import { breakpointDecoration, shownBreakpoints } from './breakpointMarks'
import { useGutter } from './gutter'
import { useHoverValues } from './hoverValues'
import { useValueActions } from './valueActions'
import { inlineValues } from './inlineValues'
import { changedDecorations, standingDecorations, valueDecorations } from './stopMarks'

interface Props {
  editor: Monaco.editor.IStandaloneCodeEditor
  file: string
}

/** What the debugger draws in the editor, and hears there. */
export function DebugInEditor({ editor, file }: Props) {
  useBreakpointMarks(editor, file)
  useStopMarks(editor, file)
  useHoverValues(editor)
  useValueActions(editor)
  useStayWhenTyping()
  return <BreakpointEditor onClosed={() => editor.focus()} />
}

function useBreakpointMarks(editor: Props['editor'], file: string): void {
  const list = useBreakpoints()
  const verifications = useSession()?.breakpoints
  const participants = useLive((state) => state.participants)
  const text = useRunningText()
  const shown = shownBreakpoints(list, file, verifications ?? [], text)
  useGutter(editor, file, shown)
  const decorations = shown.map((one) =>
    breakpointDecoration(one, participants.find(({ id }) => id === one.breakpoint.by)?.name),
  )
  useDecorations(editor, file, decorations)
}

function useStopMarks(editor: Props['editor'], file: string): void {
  const { debug, room } = useRoom()
  const session = useSession()
  const seen = useSeen()
  const frame = useShownFrame()
  const text = useRunningText()
  const stop = seen === 'gone' ? null : session?.stop
  const map = session ? text?.map(file) : undefined
  const decorations = map ? changedDecorations(map.changed) : []
  const top = stop ? standingFrame(stop) : undefined
  const place = stop ? placeOf(debug, top) : undefined
  if (stop && place?.file === file) {
    const words = isFailure(stop) ? reasonWords(stop) : ''
    decorations.push(
      ...standingDecorations({ line: place.line, top: true, dimmed: seen === 'dimmed', words }),
    )
  }
  const looked = stop && frame !== top ? placeOf(debug, frame) : undefined
  if (looked?.file === file) {
    decorations.push(
      ...standingDecorations({ line: looked.line, top: false, dimmed: seen === 'dimmed', words: '' }),
    )
  }
  const at = looked ?? place
  const variables = useFrameVariables(stop ? frame?.id : undefined)
  if (at?.file === file && variables) {
    const lines = (room.workspace.text(file)?.toString() ?? '').split('\n')
    decorations.push(...valueDecorations(inlineValues(file, lines, at.line, variables)))
  }
  useDecorations(editor, file, decorations)
}

/** The variables of the frame's own scopes, read for the whole room when nobody has yet; undefined until then. */
function useFrameVariables(frame: number | undefined) {
  const { debug } = useRoom()
  const session = useSession()
  const stands = session?.state === 'stopped'
  const scopes = frame === undefined ? undefined : session?.scopes[frame]
  const references = scopes && ownScopes(scopes).map(({ variablesReference }) => variablesReference)
  const missing = references?.filter((reference) => !session?.variables[reference])
  const key = missing?.join()
  useEffect(() => {
    if (frame === undefined || !stands) return
    if (key === undefined) void debug.scopes(frame)
    else if (key) key.split(',').forEach((reference) => void debug.variables(Number(reference)))
  }, [debug, frame, key, stands])
  return missing?.length === 0 ? references?.flatMap((one) => session?.variables[one] ?? []) : undefined
}

/** Sets decorations when they are others than before; between that they move with the text by themselves. */
function useDecorations(
  editor: Props['editor'],
  file: string,
  decorations: readonly Monaco.editor.IModelDeltaDecoration[],
): void {
  const key = JSON.stringify(decorations)
  useEffect(() => {
    const collection = editor.createDecorationsCollection()
    const show = () => collection.set(JSON.parse(key) as Monaco.editor.IModelDeltaDecoration[])
    show()
    // The file comes into the editor after this.
    const brought = editor.onDidChangeModel(show)
    return () => {
      brought.dispose()
      collection.clear()
    }
  }, [editor, file, key])
}

/** Who types is not carried away when somebody else steps. */
function useStayWhenTyping(): void {
  const { debug, room } = useRoom()
  const following = useLocal((local) => local.following)
  const live = useSession() !== null
  useEffect(() => {
    if (!live || !following) return undefined
    const edited = (_update: Uint8Array, origin: unknown) => {
      if (origin instanceof MonacoBinding) debug.local.setState({ following: false })
    }
    room.doc.on('update', edited)
    return () => room.doc.off('update', edited)
  }, [debug, following, live, room])
}
