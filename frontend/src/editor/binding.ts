/**
 * Binds one `Y.Text` to one Monaco model, which any number of editors may show.
 *
 * A remote change becomes one `applyEdits` batch, a local change one transaction with the binding as its
 * origin. Undo and redo go to a `Y.UndoManager`, so that they take back own edits only.
 */
import type * as monaco from 'monaco-editor/editor'
import * as Y from 'yjs'
import {
  isAwkward,
  isHighSurrogate,
  isLowSurrogate,
  replacementsOf,
  smallestReplacement,
  type Replacement,
} from './textEdits'

type Model = monaco.editor.ITextModel
type Editor = monaco.editor.ICodeEditor
type Change = monaco.editor.IModelContentChange

interface RelativeSelection {
  anchor: Y.RelativePosition
  head: Y.RelativePosition
}

/** Where every way to undo in Monaco ends: key, menu, palette, `editor.trigger`. */
interface UndoRoutes {
  undo: () => void
  redo: () => void
  canUndo: () => boolean
  canRedo: () => boolean
  pushStackElement: () => void
}

const LF = 0
const UNDO_GROUP_MS = 2000

/** The part of a `Y.UndoManager` event that keeps the selection of a stack item. */
interface StackEvent {
  type: 'undo' | 'redo'
  stackItem: { meta: Map<unknown, unknown> }
}

export class MonacoBinding {
  readonly undoManager: Y.UndoManager
  readonly #doc: Y.Doc
  readonly #editors = new Map<Editor, RelativeSelection[] | null>()
  readonly #subscriptions: monaco.IDisposable[] = []
  #remoteVersion = -1
  #writing = false
  #disposed = false

  constructor(
    readonly text: Y.Text,
    readonly model: Model,
  ) {
    if (!text.doc) throw new Error('The text belongs to no document.')
    this.#doc = text.doc
    model.setEOL(LF)
    if (model.getValue() !== text.toString()) model.setValue(text.toString())
    this.undoManager = new Y.UndoManager(text, { captureTimeout: UNDO_GROUP_MS })
    this.undoManager.trackedOrigins.add(this)
    this.undoManager.on('stack-item-added', this.#stackItemAdded)
    this.undoManager.on('stack-item-popped', this.#stackItemPopped)
    this.#subscriptions.push(
      model.onDidChangeContent(this.#modelChanged),
      model.onWillDispose(() => this.dispose()),
    )
    text.observe(this.#textChanged)
    // Not `beforeTransaction`: reading a text event's delta opens a nested transaction of its own.
    this.#doc.on('beforeAllTransactions', this.#saveSelections)
    this.#doc.on('afterAllTransactions', this.#forgetSelections)
    this.#takeOverUndo()
  }

  /** Keeps the editor's selections in place when others edit. */
  attach(editor: Editor): monaco.IDisposable {
    this.#editors.set(editor, null)
    const gone = editor.onDidDispose(() => this.#editors.delete(editor))
    return {
      dispose: () => {
        gone.dispose()
        this.#editors.delete(editor)
      },
    }
  }

  dispose(): void {
    if (this.#disposed) return
    this.#disposed = true
    this.text.unobserve(this.#textChanged)
    this.#doc.off('beforeAllTransactions', this.#saveSelections)
    this.#doc.off('afterAllTransactions', this.#forgetSelections)
    this.undoManager.destroy()
    for (const subscription of this.#subscriptions) subscription.dispose()
    const own = this.model as unknown as Partial<UndoRoutes>
    delete own.undo
    delete own.redo
    delete own.canUndo
    delete own.canRedo
    delete own.pushStackElement
    this.#editors.clear()
  }

  #takeOverUndo(): void {
    const routes = this.model as unknown as UndoRoutes
    const pushStackElement = routes.pushStackElement.bind(this.model)
    routes.undo = () => void this.undoManager.undo()
    routes.redo = () => void this.undoManager.redo()
    routes.canUndo = () => this.undoManager.canUndo()
    routes.canRedo = () => this.undoManager.canRedo()
    // Monaco ends an undo group here, by word and by pause.
    routes.pushStackElement = () => {
      pushStackElement()
      this.undoManager.stopCapturing()
    }
  }

  readonly #textChanged = (event: Y.YTextEvent, transaction: Y.Transaction): void => {
    if (transaction.origin === this || this.#disposed) return
    const replacements = replacementsOf(event.delta)
    const awkward = replacements.some((one) => isAwkward(one.text) || this.#splitsPair(one))
    if (replacements.length > 0) this.#applyRemote(replacements)
    if (awkward || this.model.getValueLength() !== this.text.length) this.#resync()
    for (const [editor, selections] of this.#editors) if (selections) this.#restore(editor, selections)
  }

  #applyRemote(replacements: readonly Replacement[]): void {
    const edits = replacements.map(({ start, end, text }) => ({ range: this.#range(start, end), text }))
    // Compared with the event's version in place of a flag: what listeners of a remote edit change is sent.
    this.#remoteVersion = this.model.getVersionId() + 1
    this.model.applyEdits(edits)
    this.#remoteVersion = -1
  }

  #range(start: number, end: number): monaco.IRange {
    const from = this.model.getPositionAt(start)
    const to = this.model.getPositionAt(end)
    return {
      startLineNumber: from.lineNumber,
      startColumn: from.column,
      endLineNumber: to.lineNumber,
      endColumn: to.column,
    }
  }

  #splitsPair({ start, end }: Replacement): boolean {
    return this.#insidePair(start) || this.#insidePair(end)
  }

  #insidePair(offset: number): boolean {
    const [before, after] = this.#unitsAround(offset)
    return isHighSurrogate(before) && isLowSurrogate(after)
  }

  #unitsAround(offset: number): [number, number] {
    const { lineNumber, column } = this.model.getPositionAt(offset)
    const line = this.model.getLineContent(lineNumber)
    return [line.charCodeAt(column - 2), line.charCodeAt(column - 1)]
  }

  /** Makes the model equal to the text where ranges could not. */
  #resync(): void {
    if (this.text.toString().includes('\r')) this.#removeCarriageReturns()
    const replacement = smallestReplacement(this.model.getValue(), this.text.toString())
    if (replacement) this.#applyRemote([replacement])
  }

  #removeCarriageReturns(): void {
    this.#doc.transact(() => {
      const text = this.text.toString()
      for (let at = text.lastIndexOf('\r'); at >= 0; at = at ? text.lastIndexOf('\r', at - 1) : -1) {
        this.text.delete(at, 1)
      }
    }, this)
  }

  readonly #modelChanged = (event: monaco.editor.IModelContentChangedEvent): void => {
    if (event.versionId === this.#remoteVersion) return
    if (event.eol !== '\n') {
      this.model.setEOL(LF)
      return
    }
    this.#writing = true
    try {
      this.#doc.transact(() => this.#writeChanges(event.changes), this)
    } finally {
      this.#writing = false
    }
  }

  #writeChanges(changes: readonly Change[]): void {
    const ascending = changes.toSorted((a, b) => a.rangeOffset - b.rangeOffset)
    if (this.#touchesPair(ascending)) {
      this.#writeDifference()
      return
    }
    for (const change of ascending.toReversed()) {
      if (change.rangeLength) this.text.delete(change.rangeOffset, change.rangeLength)
      if (change.text) this.text.insert(change.rangeOffset, change.text)
    }
  }

  /** May an edge of the changes lie inside a surrogate pair? Looks at the model after them. */
  #touchesPair(ascending: readonly Change[]): boolean {
    let shift = 0
    return ascending.some((change) => {
      const start = change.rangeOffset + shift
      shift += change.text.length - change.rangeLength
      const [before] = this.#unitsAround(start)
      const [, after] = this.#unitsAround(start + change.text.length)
      return isHighSurrogate(before) || isLowSurrogate(after)
    })
  }

  /** Writes whole code points: half a pair cannot be stored, it would reach the others as U+FFFD. */
  #writeDifference(): void {
    const replacement = smallestReplacement(this.text.toString(), this.model.getValue())
    if (!replacement) return
    this.text.delete(replacement.start, replacement.end - replacement.start)
    this.text.insert(replacement.start, replacement.text)
  }

  readonly #saveSelections = (): void => {
    if (this.#writing) return
    for (const editor of this.#editors.keys()) this.#editors.set(editor, this.#relativeSelections(editor))
  }

  readonly #forgetSelections = (): void => {
    for (const editor of this.#editors.keys()) this.#editors.set(editor, null)
  }

  #relativeSelections(editor: Editor): RelativeSelection[] | null {
    if (editor.getModel() !== this.model) return null
    // Held to the character on the left (-1): what others insert at the caret does not push it.
    const relative = (lineNumber: number, column: number) =>
      Y.createRelativePositionFromTypeIndex(this.text, this.model.getOffsetAt({ lineNumber, column }), -1)
    return (editor.getSelections() ?? []).map((selection) => ({
      anchor: relative(selection.selectionStartLineNumber, selection.selectionStartColumn),
      head: relative(selection.positionLineNumber, selection.positionColumn),
    }))
  }

  #restore(editor: Editor, selections: readonly RelativeSelection[]): void {
    if (editor.getModel() !== this.model) return
    const restored = selections.flatMap(({ anchor, head }) => {
      const from = Y.createAbsolutePositionFromRelativePosition(anchor, this.#doc)
      const to = Y.createAbsolutePositionFromRelativePosition(head, this.#doc)
      if (!from || !to || from.type !== this.text) return []
      const start = this.model.getPositionAt(from.index)
      const end = this.model.getPositionAt(to.index)
      return {
        selectionStartLineNumber: start.lineNumber,
        selectionStartColumn: start.column,
        positionLineNumber: end.lineNumber,
        positionColumn: end.column,
      }
    })
    if (restored.length > 0) editor.setSelections(restored, 'collab')
  }

  readonly #stackItemAdded = ({ type, stackItem }: StackEvent): void => {
    const editor = this.#focusedEditor()
    if (!editor || type !== 'undo' || stackItem.meta.has(this)) return
    stackItem.meta.set(this, this.#relativeSelections(editor))
  }

  readonly #stackItemPopped = ({ stackItem }: StackEvent): void => {
    const editor = this.#focusedEditor()
    if (!editor) return
    const selections = stackItem.meta.get(this) as RelativeSelection[] | null | undefined
    if (selections) this.#restore(editor, selections)
    const position = editor.getPosition()
    if (position) editor.revealPositionInCenterIfOutsideViewport(position)
  }

  #focusedEditor(): Editor | undefined {
    const editors = [...this.#editors.keys()]
    return editors.find((editor) => editor.hasTextFocus()) ?? editors[0]
  }
}
