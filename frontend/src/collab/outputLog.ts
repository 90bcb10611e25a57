import type { OutputChunk } from './wire'

export interface OutputPiece {
  stream: number
  bytes: Uint8Array
}

export interface OutputListener {
  /** New bytes at the end. */
  appended(piece: OutputPiece): void
  /** The log was replaced: show it from its beginning. */
  replaced(): void
}

/** One run's output in order. Replays after a reconnect and overlapping chunks are recognised by offset. */
export class OutputLog {
  readonly pieces: OutputPiece[] = []
  #end = 0
  readonly #listeners = new Set<OutputListener>()

  /** The offset up to which every byte is here. */
  get end(): number {
    return this.#end
  }

  /** Takes a chunk. False when bytes before it are missing: the log must then be fetched whole. */
  accept({ stream, offset, bytes }: Omit<OutputChunk, 'run'>): boolean {
    if (offset > this.#end) return false
    const fresh = bytes.subarray(this.#end - offset)
    if (fresh.length === 0) return true
    const piece = { stream, bytes: fresh }
    this.pieces.push(piece)
    this.#end += fresh.length
    for (const listener of this.#listeners) listener.appended(piece)
    return true
  }

  /** Replaces the log by the whole output as the server keeps it. */
  replace(stream: number, bytes: Uint8Array): void {
    if (bytes.length < this.#end) return
    this.pieces.splice(0, this.pieces.length, { stream, bytes })
    this.#end = bytes.length
    for (const listener of this.#listeners) listener.replaced()
  }

  listen(listener: OutputListener): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }
}
