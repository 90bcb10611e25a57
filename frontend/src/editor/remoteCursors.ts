/** Publishes the own selections through awareness and draws the other people's, with their names. */
import type * as monaco from 'monaco-editor/editor'
import type { Awareness } from 'y-protocols/awareness'
import * as Y from 'yjs'
import { personStyles, type Person } from './personStyles'

const LABEL_MS = 2500
const SELECTIONS_SHARED = 20
const RULER_RIGHT = 4
const NEVER_GROWS = 1

export interface CursorState {
  file: string
  sel: { a: unknown; h: unknown }[]
}

interface RemoteState {
  user?: Person
  cursor?: CursorState | null
}

export interface ShownFile {
  id: string
  text: Y.Text
}

type Decoration = monaco.editor.IModelDeltaDecoration

export class RemoteCursors {
  readonly #decorations: monaco.editor.IEditorDecorationsCollection
  readonly #subscriptions: monaco.IDisposable[] = []
  readonly #activeAt = new Map<number, number>()
  #frame = 0
  #labelTimer: ReturnType<typeof setTimeout> | undefined
  #published = ''

  /** @param shown Tells which file the editor shows. */
  constructor(
    private readonly editor: monaco.editor.ICodeEditor,
    private readonly awareness: Awareness,
    private readonly shown: () => ShownFile | undefined,
  ) {
    this.#decorations = editor.createDecorationsCollection()
    this.#subscriptions.push(
      editor.onDidChangeCursorSelection(this.#publish),
      editor.onDidFocusEditorText(this.#publish),
      editor.onDidChangeModel(this.#schedule),
      editor.onDidChangeModelContent(() => {
        this.#publish()
        this.#schedule()
      }),
    )
    awareness.on('change', this.#awarenessChanged)
    awareness.doc.on('afterTransaction', this.#noteTyping)
    this.#schedule()
  }

  dispose(): void {
    cancelAnimationFrame(this.#frame)
    clearTimeout(this.#labelTimer)
    this.awareness.off('change', this.#awarenessChanged)
    this.awareness.doc.off('afterTransaction', this.#noteTyping)
    for (const subscription of this.#subscriptions) subscription.dispose()
    this.#decorations.clear()
  }

  readonly #publish = (): void => {
    const file = this.shown()
    const model = this.editor.getModel()
    if (!file || !model) return
    if (!this.editor.hasTextFocus() && this.awareness.getLocalState()?.cursor) return
    const relative = (lineNumber: number, column: number) =>
      Y.relativePositionToJSON(
        Y.createRelativePositionFromTypeIndex(file.text, model.getOffsetAt({ lineNumber, column })),
      )
    const sel = (this.editor.getSelections() ?? []).slice(0, SELECTIONS_SHARED).map((selection) => ({
      a: relative(selection.selectionStartLineNumber, selection.selectionStartColumn),
      h: relative(selection.positionLineNumber, selection.positionColumn),
    }))
    const cursor: CursorState = { file: file.id, sel }
    const json = JSON.stringify(cursor)
    // Plain typing keeps the caret's anchor, the character on its right: nothing is sent then.
    if (json === this.#published) return
    this.#published = json
    this.awareness.setLocalStateField('cursor', cursor)
  }

  readonly #awarenessChanged = (change: { added: number[]; updated: number[]; removed: number[] }): void => {
    for (const id of [...change.added, ...change.updated]) this.#activeAt.set(id, performance.now())
    for (const id of change.removed) this.#activeAt.delete(id)
    this.#schedule()
  }

  /** Typing moves no anchor, so awareness is silent about it; the document's clocks tell who typed. */
  readonly #noteTyping = ({ beforeState, afterState }: Y.Transaction): void => {
    for (const id of this.awareness.getStates().keys()) {
      if (beforeState.get(id) !== afterState.get(id)) this.#activeAt.set(id, performance.now())
    }
  }

  readonly #schedule = (): void => {
    this.#frame ||= requestAnimationFrame(() => {
      this.#frame = 0
      this.#render()
    })
  }

  #render(): void {
    const file = this.shown()
    const model = this.editor.getModel()
    const decorations: Decoration[] = []
    if (file && model) {
      for (const [id, state] of this.awareness.getStates() as Map<number, RemoteState>) {
        if (id === this.awareness.clientID || !state.user || state.cursor?.file !== file.id) continue
        decorations.push(...this.#decorationsOf(id, state.user, state.cursor, file.text, model))
      }
    }
    this.#decorations.set(decorations)
    this.#renderAgainWhenLabelsSleep()
  }

  #decorationsOf(
    id: number,
    user: Person,
    cursor: CursorState,
    text: Y.Text,
    model: monaco.editor.ITextModel,
  ): Decoration[] {
    const person = personStyles.ensure(user)
    const awake = this.#isAwake(id) ? ' rc-awake' : ''
    return cursor.sel.flatMap(({ a, h }) => {
      const anchor = absolute(a, text)
      const head = absolute(h, text)
      if (anchor === undefined || head === undefined) return []
      const at = model.getPositionAt(head)
      const caret: Decoration = {
        range: rangeOf(at, at),
        options: {
          beforeContentClassName: `rc-head ${person}${awake}`,
          hoverMessage: { value: user.name, isTrusted: false },
          stickiness: NEVER_GROWS,
          zIndex: 10,
          overviewRuler: { color: user.color, position: RULER_RIGHT },
        },
      }
      if (anchor === head) return [caret]
      const other = model.getPositionAt(anchor)
      const range = head < anchor ? rangeOf(at, other) : rangeOf(other, at)
      return [{ range, options: { className: `rc-selection ${person}`, stickiness: NEVER_GROWS } }, caret]
    })
  }

  #isAwake(id: number): boolean {
    return performance.now() - (this.#activeAt.get(id) ?? -LABEL_MS) < LABEL_MS
  }

  #renderAgainWhenLabelsSleep(): void {
    clearTimeout(this.#labelTimer)
    const anyAwake = [...this.#activeAt.keys()].some((id) => this.#isAwake(id))
    if (anyAwake) this.#labelTimer = setTimeout(this.#schedule, LABEL_MS)
  }
}

function absolute(json: unknown, text: Y.Text): number | undefined {
  if (!text.doc) return undefined
  const relative = Y.createRelativePositionFromJSON(json)
  const position = Y.createAbsolutePositionFromRelativePosition(relative, text.doc)
  return position?.type === text ? position.index : undefined
}

function rangeOf(from: monaco.IPosition, to: monaco.IPosition): monaco.IRange {
  return {
    startLineNumber: from.lineNumber,
    startColumn: from.column,
    endLineNumber: to.lineNumber,
    endColumn: to.column,
  }
}
