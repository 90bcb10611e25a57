import * as decoding from 'lib0/decoding'
import * as encoding from 'lib0/encoding'
import { messageYjsSyncStep1 } from 'y-protocols/sync'
import type { WebsocketProvider } from 'y-websocket'
import { MessageType } from './wire'

const LONGEST_HOLD_MS = 5_000

type Handler = WebsocketProvider['messageHandlers'][number]

/**
 * Stands between the socket and the document for sync messages.
 *
 * While an input method composes, incoming text is held back: a remote edit in the composed line would
 * mangle it. It also tells when the server's question (sync step 1) has been answered, because from
 * then on the connection has carried every edit that was made before.
 */
export class HeldSync {
  readonly #sync: Handler
  #held: Uint8Array[] | undefined
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor(
    private readonly provider: WebsocketProvider,
    private readonly caughtUp: () => void,
  ) {
    const sync = provider.messageHandlers[MessageType.sync]
    if (!sync) throw new Error('The provider has no sync handler.')
    this.#sync = sync
    provider.messageHandlers[MessageType.sync] = (encoder, decoder, ...rest) => {
      if (this.#held) {
        this.#held.push(decoding.readTailAsUint8Array(decoder).slice())
        return
      }
      const answers = decoding.peekVarUint(decoder) === messageYjsSyncStep1
      sync(encoder, decoder, ...rest)
      // The provider sends the answer as soon as this handler returns.
      if (answers) queueMicrotask(this.caughtUp)
    }
  }

  hold(): void {
    this.#held ??= []
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => this.release(), LONGEST_HOLD_MS)
  }

  release(): void {
    clearTimeout(this.#timer)
    const held = this.#held ?? []
    this.#held = undefined
    for (const message of held) this.#apply(message)
  }

  /** Messages of a lost connection must not be answered on the next one. */
  drop(): void {
    clearTimeout(this.#timer)
    this.#held = undefined
  }

  #apply(message: Uint8Array): void {
    const decoder = decoding.createDecoder(message)
    const encoder = encoding.createEncoder()
    const answers = decoding.peekVarUint(decoder) === messageYjsSyncStep1
    this.#sync(encoder, decoder, this.provider, true, MessageType.sync)
    if (encoding.length(encoder) > 1) this.provider.ws?.send(encoding.toUint8Array(encoder))
    if (answers) this.caughtUp()
  }
}
