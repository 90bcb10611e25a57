import type * as Monaco from 'monaco-editor/editor'
import type { Runtime } from '../api/types'
import type { Workspace } from '../collab/workspace'
import { MonacoBinding } from './binding'
import { languageOf } from './languages'
import { monaco } from './monaco'

export interface OpenFile {
  id: string
  model: Monaco.editor.ITextModel
  binding: MonacoBinding
  view: Monaco.editor.ICodeEditorViewState | null
}

/** The models of the files that this page has opened, each bound to its text, by file id. */
export class Models {
  readonly #open = new Map<string, OpenFile>()
  readonly #unobserve: () => void

  constructor(
    private readonly workspace: Workspace,
    private readonly runtimes: () => readonly Runtime[],
  ) {
    this.#unobserve = workspace.observe(() => this.#reconcile())
  }

  /** The open file, opened on first use; undefined when the room has no such file. */
  open(id: string): OpenFile | undefined {
    const text = this.workspace.text(id)
    const known = this.#open.get(id)
    if (known && known.binding.text === text) return known
    this.#close(id)
    if (!text) return undefined
    // The id, not the path: a rename keeps the model, its undo history and its cursors.
    const uri = monaco.Uri.from({ scheme: 'codlab', path: `/${id}` })
    const model = monaco.editor.createModel('', this.#language(id), uri)
    const file: OpenFile = { id, model, binding: new MonacoBinding(text, model), view: null }
    this.#open.set(id, file)
    return file
  }

  fileOf(model: Monaco.editor.ITextModel | null): OpenFile | undefined {
    return [...this.#open.values()].find((file) => file.model === model)
  }

  dispose(): void {
    this.#unobserve()
    for (const id of this.#open.keys()) this.#close(id)
  }

  #language(id: string): string {
    return languageOf(this.workspace.path(id) ?? '', this.runtimes())
  }

  #reconcile(): void {
    for (const { id, model, binding } of this.#open.values()) {
      if (this.workspace.text(id) !== binding.text) this.#close(id)
      else if (model.getLanguageId() !== this.#language(id)) {
        monaco.editor.setModelLanguage(model, this.#language(id))
      }
    }
  }

  #close(id: string): void {
    const file = this.#open.get(id)
    this.#open.delete(id)
    file?.binding.dispose()
    file?.model.dispose()
  }
}
