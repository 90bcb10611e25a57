import { Stream, type OutputChunk } from './wire'

export interface OutputPiece {
  stream: number
  bytes: Uint8Array
  /** It was shown before, here or to others before this page came: what it asks was answered then. */
  isOld: boolean
}

export interface OutputListener {
  /** New bytes at the end. */
  appended(piece: OutputPiece): void
  /** The log was replaced: show it from its beginning. */
  replaced(): void
}

/** One run's output in order. Replays after a reconnect and overlapping chunks are recognised by offset. */
export class OutputLog {
  readonly #printed: OutputPiece[] = []
  /** What is drawn on the alternate screen since the last piece: of use as long as it is shown. */
  #drawn: OutputPiece[] = []
  #end = 0
  #oldEnd = 0
  readonly #listeners = new Set<OutputListener>()

  /** The offset up to which every byte is here. */
  get end(): number {
    return this.#end
  }

  /** What shows the output as it stands. */
  get pieces(): readonly OutputPiece[] {
    return [...this.#printed, ...this.#drawn]
  }

  /** Says that output up to there was shown to others before this page came. */
  isOldUntil(offset: number): void {
    this.#oldEnd = offset
  }

  /** Takes a chunk. False when bytes before it are missing: the log must then be fetched whole. */
  accept({ stream, offset, bytes }: Omit<OutputChunk, 'run'>): boolean {
    if (offset > this.#end) return false
    const fresh = bytes.subarray(this.#end - offset)
    if (fresh.length === 0) return true
    const piece = { stream, bytes: fresh, isOld: offset < this.#oldEnd || stream === Stream.redrawn }
    if (stream === Stream.screen || stream === Stream.redrawn) {
      if (offset < this.#end) return true // of a screen that is gone
      this.#drawn = stream === Stream.screen ? [...this.#drawn, piece] : [piece]
    } else {
      this.#printed.push(piece)
      if (stream !== Stream.system) this.#drawn = []
      this.#end += fresh.length
    }
    for (const listener of this.#listeners) listener.appended(piece)
    return true
  }

  /** Replaces the log by the whole output as the server keeps it. */
  replace(stream: number, bytes: Uint8Array): void {
    if (bytes.length < this.#end) return
    this.#printed.splice(0, this.#printed.length, { stream, bytes, isOld: true })
    this.#drawn = []
    this.#end = bytes.length
    for (const listener of this.#listeners) listener.replaced()
  }

  listen(listener: OutputListener): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }
}
