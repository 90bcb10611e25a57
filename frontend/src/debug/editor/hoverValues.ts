import type * as Monaco from 'monaco-editor/editor'
import { useEffect } from 'react'
import { useLive, useRoom } from '../../app/useRoom'
import { monaco } from '../../editor/monaco'
import type { Debugger } from '../debugger'
import { shownFrame } from '../localState'
import { shortValue } from '../shortValue'
import { useSession } from '../useDebug'
import { codeAt } from './codeAt'
import { expressionAt, selectedExpression, type FoundExpression } from './expressionAt'

const WATCH = 'codlab.watch'

type Editor = Monaco.editor.IStandaloneCodeEditor

/** Shows what the expression under the mouse, or at the cursor by the key for that, is in the shown frame. */
export function useHoverValues(editor: Editor): void {
  const { debug, room } = useRoom()
  const stopped = useSession()?.state === 'stopped'
  const you = useLive((state) => state.you.id)
  const editable = useLive((state) => state.permissions.edit)
  useEffect(() => {
    if (!stopped) return undefined
    const command = monaco.editor.registerCommand(WATCH, (_, expression: string) =>
      debug.watches.add(expression, you),
    )
    const provider = monaco.languages.registerHoverProvider('*', {
      provideHover: async (model, position) => {
        if (model !== editor.getModel()) return null
        const found = pointedAt(editor, model, position)
        const allowed = room.state.getState().permissions.debug
        const value = found && (await valueOf(debug, model, position, found.text, allowed))
        if (!found || value === undefined) return null
        const fence = '`'.repeat(3)
        const words = shortValue(value).title.replaceAll(fence, "'''")
        return {
          range: new monaco.Range(position.lineNumber, found.from, position.lineNumber, found.to),
          contents: [
            { value: `${fence}\n${found.text} = ${words}\n${fence}` },
            ...(editable ? [watchLink(found.text)] : []),
          ],
        }
      },
    })
    return () => [provider, command].forEach((one) => one.dispose())
  }, [debug, editable, editor, room, stopped, you])
}

/** The link beside a value; nothing else of what is shown can do anything. */
function watchLink(expression: string): Monaco.IMarkdownString {
  const argument = encodeURIComponent(JSON.stringify([expression]))
  return {
    value: `[Add to watches](command:${WATCH}?${argument})`,
    isTrusted: { enabledCommands: [WATCH] },
  }
}

/** The selection, where it is an expression; else the expression around a place. */
export function pointedAt(
  editor: Editor,
  model: Monaco.editor.ITextModel,
  { lineNumber, column }: Monaco.IPosition,
): FoundExpression | undefined {
  const selection = editor.getSelection()
  if (selection && !selection.isEmpty() && selection.containsPosition({ lineNumber, column })) {
    const text = selectedExpression(model.getValueInRange(selection))
    if (text) return { text, from: selection.startColumn, to: selection.endColumn }
  }
  return expressionAt(model.getLineContent(lineNumber), column)
}

/** What the room knows already, else what the debugger answers; nothing for what is no name. */
async function valueOf(
  debug: Debugger,
  model: Monaco.editor.ITextModel,
  { lineNumber, column }: Monaco.IPosition,
  expression: string,
  allowed: boolean,
): Promise<string | undefined> {
  const kind = codeAt(model, lineNumber, column)
  if (kind === 'text') return undefined
  const known = knownValue(debug, expression)
  if (known !== undefined || !allowed) return known
  const own = /^(this|self)\b/.test(expression)
  return kind === 'keyword' && !own ? undefined : askedValue(debug, expression)
}

/** A variable that the room has read already. */
function knownValue(debug: Debugger, name: string): string | undefined {
  const { session } = debug
  const frame = shownFrame(session, debug.local.getState())
  const scopes = frame ? (session?.scopes[frame.id] ?? []) : []
  for (const { variablesReference } of scopes) {
    const variable = session?.variables[variablesReference]?.find((one) => one.name === name)
    // Some debuggers have no words for a value that has parts.
    if (variable) return variable.value || variable.type
  }
  return undefined
}

async function askedValue(debug: Debugger, expression: string): Promise<string | undefined> {
  try {
    const { result, type } = await debug.evaluate(expression, 'hover')
    return result || type
  } catch {
    return undefined // Most words in a text are no expressions: nothing to tell.
  }
}
