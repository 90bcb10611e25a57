import type * as Monaco from 'monaco-editor/editor'
import { monaco } from '../../editor/monaco'

/** What stands at a place of a text: something that is no code, a word of the language itself, or maybe a name. */
export type CodeKind = 'text' | 'keyword' | 'name'

export function codeAt(model: Monaco.editor.ITextModel, line: number, column: number): CodeKind {
  const above = new monaco.Range(1, 1, line, model.getLineMaxColumn(line))
  const lines = monaco.editor.tokenize(model.getValueInRange(above), model.getLanguageId())
  const token = lines[line - 1]?.findLast(({ offset }) => offset < column)
  return kindOfToken(token?.type ?? '')
}

/** @param type As Monaco's grammars have it: `string.escape.py`. */
function kindOfToken(type: string): CodeKind {
  if (/^(comment|string|regexp|number)/.test(type)) return 'text'
  return type.startsWith('keyword') ? 'keyword' : 'name'
}
