/** Monaco with all editor features and the highlighting of the languages that rooms use. A lazy chunk. */
import * as monaco from 'monaco-editor/editor'
import 'monaco-editor/features/register.all'
import 'monaco-editor/languages/definitions/register.all'
import 'monaco-editor/languages/features/json/register'
import EditorWorker from 'monaco-editor/editor/editor.worker.js?worker'
import { defineThemes } from './theme'

// Started with the editor: when it is first needed, the server may be out of reach.
let started: Worker | undefined = new EditorWorker()
started.addEventListener('error', () => {
  started = undefined
})

function editorWorker(): Worker {
  const worker = started ?? new EditorWorker()
  started = undefined
  return worker
}

self.MonacoEnvironment = {
  async getWorker(_id, label) {
    if (label !== 'json') return editorWorker()
    const { default: JsonWorker } =
      await import('monaco-editor/languages/features/json/json.worker.js?worker')
    return new JsonWorker()
  },
}

defineThemes(monaco)

const FONT_MS = 1000

const fonts = Promise.allSettled([
  document.fonts.load('400 13px "JetBrains Mono Variable"'),
  document.fonts.load('700 13px "JetBrains Mono Variable"'),
])

/**
 * Monaco measures glyphs once, so the code font should be there before the first editor. One that is
 * blocked or late does not hold the editor back: it starts with another and measures anew.
 */
export const fontReady: Promise<unknown> = Promise.race([
  fonts,
  new Promise((resolve) => setTimeout(resolve, FONT_MS)),
])
void fonts.then(() => monaco.editor.remeasureFonts())

export { monaco }
