import type { Run } from '../api/types'
import type { Workspace } from '../collab/workspace'
import { mapLines, type LineMap } from './lineMap'
import { runText, type RunText } from './runText'

export interface Place {
  /** File id. */
  file: string
  /** In the text as it is now, counted from 1. */
  line: number
}

/** Finds lines of the text that runs in the text as it is now. */
export class RunningText {
  readonly #text: RunText
  readonly #maps = new Map<string, { now: string; map: LineMap }>()

  /** Made as early as may be: what is deleted before cannot be put back. */
  constructor(
    private readonly workspace: Workspace,
    run: Run,
  ) {
    this.#text = runText(workspace, run)
  }

  /** False where it is not known what ran, so that lines may be off. */
  get exact(): boolean {
    return this.#text.exact
  }

  /** @param path The file's at the run's start. */
  place(path: string, line: number): Place | undefined {
    const file = this.#fileOf(path)
    if (file === undefined) return undefined
    return { file, line: this.map(file)?.toNow(line) ?? line }
  }

  /** Undefined for a file that is not part of the run. */
  map(file: string): LineMap | undefined {
    const ran = this.#text.files.get(file)?.text
    const now = this.workspace.text(file)?.toString()
    if (ran === undefined || now === undefined) return undefined
    const known = this.#maps.get(file)
    if (known?.now === now) return known.map
    const map = mapLines(ran, now)
    this.#maps.set(file, { now, map })
    return map
  }

  #fileOf(path: string): string | undefined {
    for (const [id, file] of this.#text.files) if (file.path === path && this.workspace.text(id)) return id
    return undefined
  }
}
