import type * as Monaco from 'monaco-editor/editor'
import { useEffect } from 'react'
import { useLive, useRoom } from '../../app/useRoom'
import { useSession } from '../useDebug'
import { expressionAt } from './expressionAt'

type Editor = Monaco.editor.IStandaloneCodeEditor

/** What is selected or at the cursor can be watched and evaluated, by the editor's menu and palette. */
export function useValueActions(editor: Editor): void {
  const { debug } = useRoom()
  const you = useLive((state) => state.you.id)
  const { edit, debug: allowed } = useLive((state) => state.permissions)
  const evaluates = useSession()?.state === 'stopped' && allowed
  useEffect(() => {
    const actions: Monaco.editor.IActionDescriptor[] = []
    if (edit) {
      actions.push({
        id: 'codlab.addWatch',
        label: 'Add to Watches',
        contextMenuGroupId: 'debug',
        run: () => {
          const expression = chosen(editor)
          if (!expression) return
          debug.watches.add(expression, you)
          debug.local.setState({ panel: true })
        },
      })
    }
    if (evaluates) {
      actions.push({
        id: 'codlab.evaluate',
        label: 'Evaluate in Debug Console',
        contextMenuGroupId: 'debug',
        run: () => {
          const expression = chosen(editor)
          // What is refused stands in everybody's console.
          if (expression) void debug.evaluate(expression, 'repl').catch(() => undefined)
        },
      })
    }
    const added = actions.map((action) => editor.addAction(action))
    return () => added.forEach((action) => action.dispose())
  }, [debug, edit, editor, evaluates, you])
}

/** The selection, whatever it does: that is asked for; else the expression at the cursor. */
function chosen(editor: Editor): string | undefined {
  const [model, selection] = [editor.getModel(), editor.getSelection()]
  if (!model || !selection) return undefined
  const selected = model.getValueInRange(selection).replace(/\s+/g, ' ').trim()
  if (selected) return selected
  const { lineNumber, column } = selection.getPosition()
  return expressionAt(model.getLineContent(lineNumber), column)?.text
}
