/** The text that a run runs, read back from the document. */
import * as Y from 'yjs'
import { textHash, type NamedText } from '../collab/textHash'
import type { Workspace } from '../collab/workspace'

export interface RunText {
  /** Whether it is the very text: its hash is the run's. */
  exact: boolean
  /** By file id; a file that came later is not in it. */
  files: ReadonlyMap<string, NamedText>
}

interface Ran {
  text_hash: string
  /** Base64; what the document held when the run's text was taken. */
  state_vector: string
}

/**
 * Takes what was typed since the run began out of the text. What was deleted since cannot be put back, so that
 * this is exact where nothing was, and the hash tells.
 */
export function runText(workspace: Workspace, run: Ran): RunText {
  const present = textsNow(workspace)
  if (hashOf(present) === run.text_hash) return { exact: true, files: present }
  const then = stateOf(workspace.doc, run.state_vector)
  if (!then) return { exact: false, files: present }
  const files = textsThen(workspace, then)
  return { exact: hashOf(files) === run.text_hash, files }
}

function textsNow(workspace: Workspace): Map<string, NamedText> {
  return new Map(
    workspace.list().map(({ id, path }) => [id, { path, text: workspace.text(id)?.toString() ?? '' }]),
  )
}

function textsThen(workspace: Workspace, then: Y.Snapshot): Map<string, NamedText> {
  const files = new Map<string, NamedText>()
  const wereThere = Y.typeMapGetAllSnapshot(workspace.doc.getMap('files'), then)
  for (const { id, path } of workspace.list()) {
    const text = workspace.text(id)
    if (text && id in wereThere) files.set(id, { path, text: textOf(text, then) })
  }
  return files
}

function textOf(text: Y.Text, then: Y.Snapshot): string {
  const delta = text.toDelta(then) as { insert?: unknown }[]
  return delta.map(({ insert }) => (typeof insert === 'string' ? insert : '')).join('')
}

function stateOf(doc: Y.Doc, vector: string): Y.Snapshot | undefined {
  if (!vector) return undefined
  const bytes = Uint8Array.from(atob(vector), (character) => character.charCodeAt(0))
  return Y.createSnapshot(Y.createDeleteSetFromStructStore(doc.store), Y.decodeStateVector(bytes))
}

const hashOf = (files: ReadonlyMap<string, NamedText>) => textHash(files.values())
