import type * as Monaco from 'monaco-editor/editor'
import { useEffect, useRef } from 'react'
import { useLive, useRoom } from '../../app/useRoom'
import { monaco } from '../../editor/monaco'
import { toast } from '../../ui/toasts'
import { useSession } from '../useDebug'
import type { ShownBreakpoint } from './breakpointMarks'

type Editor = Monaco.editor.IStandaloneCodeEditor

/** Sets breakpoints by clicks beside the lines' numbers and by keys. */
export function useGutter(editor: Editor, file: string, shown: readonly ShownBreakpoint[]): void {
  const acts = useActs(editor, file, shown)
  useMouse(editor, acts)
  useKeys(editor, acts)
}

type Acts = ReturnType<typeof useActs>

function useActs(editor: Editor, file: string, shown: readonly ShownBreakpoint[]) {
  const { debug, room } = useRoom()
  const you = useLive((state) => state.you.id)
  const editable = useLive((state) => state.permissions.edit)
  const at = (line: number) => shown.find((one) => one.line === line)?.breakpoint
  // The editor's listeners call what the last rendering made.
  const acts = useRef({ toggle, edit, runToCursor, editable, at })
  useEffect(() => {
    acts.current = { toggle, edit, runToCursor, editable, at }
  })
  return acts

  function toggle(line: number): void {
    if (!editable) {
      toast.info('Viewers cannot set breakpoints.')
      return
    }
    const there = at(line)
    if (there) debug.breakpoints.remove(there)
    else debug.breakpoints.add(file, line, you)
    debug.local.setState({ said: `Breakpoint ${there ? 'removed from' : 'set on'} line ${line}` })
  }

  function edit(line: number, place?: { x: number; y: number }): void {
    if (!editable) return
    const { x, y } = place ?? placeOfLine(editor, line)
    debug.local.setState({ edited: { file, line: at(line)?.line ?? line, x, y } })
  }

  function runToCursor(line: number): void {
    const path = room.workspace.path(file)
    const hurdle = debug.stepHurdle()
    if (hurdle) toast.info(`${hurdle}.`)
    else if (path) void debug.runToCursor(path, debug.text?.map(file)?.toRan(line) ?? line)
  }
}

/** Where the line's gutter is in the window. */
function placeOfLine(editor: Editor, line: number): { x: number; y: number } {
  const { left, top } = editor.getDomNode()?.getBoundingClientRect() ?? { left: 0, top: 0 }
  const within = editor.getScrolledVisiblePosition({ lineNumber: line, column: 1 })
  return { x: left + 16, y: top + (within ? within.top + within.height : 0) }
}

function useMouse(editor: Editor, acts: Acts): void {
  useEffect(() => {
    const { GUTTER_GLYPH_MARGIN } = monaco.editor.MouseTargetType
    const hint = editor.createDecorationsCollection()
    const subscriptions = [
      editor.onMouseDown(({ target, event }) => {
        if (target.type !== GUTTER_GLYPH_MARGIN || !target.position) return
        const { lineNumber } = target.position
        if (event.rightButton) acts.current.edit(lineNumber, { x: event.posx, y: event.posy })
        else if (event.leftButton) acts.current.toggle(lineNumber)
        hint.clear()
      }),
      editor.onMouseMove(({ target }) => {
        const line = target.type === GUTTER_GLYPH_MARGIN ? target.position?.lineNumber : undefined
        if (line === undefined || !acts.current.editable || acts.current.at(line)) hint.clear()
        else hint.set([{ range: new monaco.Range(line, 1, line, 1), options: HINT }])
      }),
      editor.onMouseLeave(() => hint.clear()),
    ]
    return () => {
      for (const subscription of subscriptions) subscription.dispose()
      hint.clear()
    }
  }, [acts, editor])
}

const HINT = { glyphMarginClassName: 'bp-hint' }

function useKeys(editor: Editor, acts: Acts): void {
  const editable = useLive((state) => state.permissions.edit)
  const stopped = useSession()?.state === 'stopped'
  useEffect(() => {
    const { F9 } = monaco.KeyCode
    const { Shift } = monaco.KeyMod
    const line = () => editor.getPosition()?.lineNumber ?? 1
    const actions: Monaco.editor.IActionDescriptor[] = [
      {
        id: 'codlab.toggleBreakpoint',
        label: 'Toggle Breakpoint',
        keybindings: [F9],
        run: () => acts.current.toggle(line()),
      },
    ]
    if (editable) {
      actions.push({
        id: 'codlab.editBreakpoint',
        label: 'Edit Breakpoint…',
        keybindings: [Shift | F9],
        contextMenuGroupId: 'debug',
        run: () => acts.current.edit(line()),
      })
    }
    if (stopped) {
      actions.push({
        id: 'codlab.runToCursor',
        label: 'Run to Cursor',
        contextMenuGroupId: 'debug',
        run: () => acts.current.runToCursor(line()),
      })
    }
    const added = actions.map((action) => editor.addAction(action))
    return () => added.forEach((action) => action.dispose())
  }, [acts, editable, editor, stopped])
}
