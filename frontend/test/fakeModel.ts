import type * as monaco from 'monaco-editor/editor'

type Model = monaco.editor.ITextModel
type Change = monaco.editor.IModelContentChange
type Listener = (event: monaco.editor.IModelContentChangedEvent) => void

/**
 * The part of Monaco's text model that the binding uses, without the editor around it. Like Monaco's it
 * moves an edge that lies inside a surrogate pair to the pair's start.
 */
export class FakeModel {
  #text = ''
  #version = 1
  readonly #listeners = new Set<Listener>()

  constructor(text = '') {
    this.#text = text
  }

  get asModel(): Model {
    return this as unknown as Model
  }

  getValue = () => this.#text
  getValueLength = () => this.#text.length
  getVersionId = () => this.#version
  setEOL = () => undefined
  onWillDispose = () => ({ dispose: () => undefined })
  undo: () => void = () => undefined
  redo: () => void = () => undefined
  pushStackElement: () => void = () => undefined

  onDidChangeContent(listener: Listener) {
    this.#listeners.add(listener)
    return { dispose: () => void this.#listeners.delete(listener) }
  }

  setValue(text: string) {
    this.#apply([{ start: 0, end: this.#text.length, text }])
  }

  getPositionAt(offset: number) {
    const before = this.#text.slice(0, offset).split('\n')
    return { lineNumber: before.length, column: (before.at(-1)?.length ?? 0) + 1 }
  }

  getOffsetAt({ lineNumber, column }: monaco.IPosition) {
    const lines = this.#text.split('\n').slice(0, lineNumber - 1)
    return lines.reduce((sum, line) => sum + line.length + 1, 0) + column - 1
  }

  getLineContent(lineNumber: number) {
    return this.#text.split('\n')[lineNumber - 1] ?? ''
  }

  applyEdits(edits: { range: monaco.IRange; text: string }[]) {
    this.#apply(
      edits.map(({ range, text }) => ({
        start: this.#outsidePair(
          this.getOffsetAt({ lineNumber: range.startLineNumber, column: range.startColumn }),
        ),
        end: this.#outsidePair(
          this.getOffsetAt({ lineNumber: range.endLineNumber, column: range.endColumn }),
        ),
        text,
      })),
    )
  }

  /** What a person does: replaces ranges, given in offsets of the text before. */
  edit(...changes: { start: number; end?: number; text: string }[]) {
    this.#apply(changes.map(({ start, end = start, text }) => ({ start, end, text })))
  }

  #outsidePair(offset: number) {
    const before = this.#text.charCodeAt(offset - 1)
    const after = this.#text.charCodeAt(offset)
    return (before & 0xfc00) === 0xd800 && (after & 0xfc00) === 0xdc00 ? offset - 1 : offset
  }

  #apply(edits: { start: number; end: number; text: string }[]) {
    const descending = edits.toSorted((a, b) => b.start - a.start)
    for (const { start, end, text } of descending) {
      this.#text = this.#text.slice(0, start) + text + this.#text.slice(end)
    }
    this.#version += 1
    const changes = descending.map(({ start, end, text }) => ({
      rangeOffset: start,
      rangeLength: end - start,
      text,
    })) as Change[]
    const event = { versionId: this.#version, eol: '\n', changes }
    for (const listener of this.#listeners) {
      listener(event as unknown as monaco.editor.IModelContentChangedEvent)
    }
  }
}
