import type * as Monaco from 'monaco-editor/editor'
import { useEffect } from 'react'
import { useRoom } from '../../app/useRoom'
import { monaco } from '../../editor/monaco'
import type { Debugger } from '../debugger'
import { shownFrame } from '../localState'
import { useSession } from '../useDebug'
import { expressionAt } from './expressionAt'

/** Shows what the expression under the mouse is, in the shown frame. */
export function useHoverValues(editor: Monaco.editor.IStandaloneCodeEditor): void {
  const { debug, room } = useRoom()
  const stopped = useSession()?.state === 'stopped'
  useEffect(() => {
    if (!stopped) return undefined
    const provider = monaco.languages.registerHoverProvider('*', {
      provideHover: async (model, { lineNumber, column }) => {
        if (model !== editor.getModel()) return null
        const found = expressionAt(model.getLineContent(lineNumber), column)
        if (!found) return null
        const allowed = room.state.getState().permissions.debug
        const value =
          knownValue(debug, found.text) ?? (allowed ? await askedValue(debug, found.text) : undefined)
        if (value === undefined) return null
        const fence = '`'.repeat(3)
        return {
          range: new monaco.Range(lineNumber, found.from, lineNumber, found.to),
          contents: [{ value: `${fence}\n${found.text} = ${value.replaceAll(fence, "'''")}\n${fence}` }],
        }
      },
    })
    return () => provider.dispose()
  }, [debug, editor, room, stopped])
}

/** A variable that the room has read already. */
function knownValue(debug: Debugger, name: string): string | undefined {
  const { session } = debug
  const frame = shownFrame(session, debug.local.getState())
  const scopes = frame ? (session?.scopes[frame.id] ?? []) : []
  for (const { variablesReference } of scopes) {
    const variable = session?.variables[variablesReference]?.find((one) => one.name === name)
    if (variable) return variable.value
  }
  return undefined
}

async function askedValue(debug: Debugger, expression: string): Promise<string | undefined> {
  try {
    return (await debug.evaluate(expression, 'hover')).result
  } catch {
    return undefined // Most words in a text are no expressions: nothing to tell.
  }
}
