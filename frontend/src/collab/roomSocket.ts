import * as encoding from 'lib0/encoding'
import { encodeAwarenessUpdate, type Awareness } from 'y-protocols/awareness'
import { WebsocketProvider } from 'y-websocket'
import type * as Y from 'yjs'
import { Problem } from '../api/http'
import type { Session } from '../session/session'
import { fullJitter } from './backoff'
import { endedBy, isTransient, OUTDATED_COPY, UNAUTHORISED, type Ended } from './closeCodes'
import { MessageType } from './wire'

export interface SocketPort {
  opened(): void
  /** The connection is lost, and is tried again unless `ended` or `outdated` follows. */
  closed(reason: string | null): void
  /** The server will not have this page back. */
  ended(why: Ended): void
  /** The server's document does not descend from this copy: it must not be connected again. */
  outdated(): void
  /** There is a new access token, and the connection still stands on the old one. */
  renew(token: string): void
}

/** The connection of one document to its room: y-websocket's provider, with our tokens and close codes. */
export class RoomSocket {
  readonly provider: WebsocketProvider
  readonly #stops: (() => void)[] = []
  #disposed = false

  constructor(
    private readonly session: Session,
    doc: Y.Doc,
    private readonly awareness: Awareness,
    private readonly port: SocketPort,
  ) {
    const scheme = location.protocol === 'https:' ? 'wss' : 'ws'
    this.provider = new WebsocketProvider(`${scheme}://${location.host}/collab`, session.roomId, doc, {
      awareness,
      disableBc: true,
      connect: false,
      shouldReconnect: (event) => isTransient(event.code),
    })
    // The provider waits min(2^attempt * 100 ms, maxBackoffTime): a random cap makes that full jitter.
    Object.defineProperty(this.provider, 'maxBackoffTime', {
      get: () => fullJitter(this.provider.wsUnsuccessfulReconnects),
    })
    this.#useToken(session.token)
    this.#publishOnlyOwnAwareness()
    this.#listen()
  }

  connect(): void {
    this.provider.connect()
  }

  /** Says from now on, when it connects, which generation the document is of. */
  hold(generation: string): void {
    this.provider.params = { generation }
  }

  /** Sends a frame; false when there is no connection. */
  transmit(frame: Uint8Array): boolean {
    const socket = this.provider.ws
    if (!this.provider.wsconnected || !socket || socket.readyState !== WebSocket.OPEN) return false
    socket.send(frame as Uint8Array<ArrayBuffer>)
    return true
  }

  dispose(): void {
    this.#disposed = true
    for (const stop of this.#stops) stop()
    this.provider.destroy()
  }

  #listen(): void {
    const { port, provider, session } = this
    provider.on('status', ({ status }) => status === 'connected' && this.#connected())
    provider.on('connection-close', (event) => port.closed(event?.reason || null))
    provider.on('closed', ({ code }) => this.#closedForGood(code))
    const hurry = () => provider.shouldConnect && provider.connect()
    addEventListener('online', hurry)
    document.addEventListener('visibilitychange', hurry)
    this.#stops.push(
      session.keepFresh(
        (token) => this.#renewed(token),
        () => port.ended('session'),
      ),
      () => removeEventListener('online', hurry),
      () => document.removeEventListener('visibilitychange', hurry),
    )
  }

  /** The stock provider sends other people's awareness back to the server; one page speaks for itself. */
  #publishOnlyOwnAwareness(): void {
    const { awareness, provider } = this
    awareness.off('update', provider._awarenessUpdateHandler)
    const publish = (_change: unknown, origin: unknown) => {
      if (origin !== 'local') return
      const encoder = encoding.createEncoder()
      encoding.writeVarUint(encoder, MessageType.awareness)
      encoding.writeVarUint8Array(encoder, encodeAwarenessUpdate(awareness, [awareness.clientID]))
      this.transmit(encoding.toUint8Array(encoder))
    }
    awareness.on('update', publish)
    this.#stops.push(() => awareness.off('update', publish))
  }

  #connected(): void {
    // The server has told the others that we left, one tick ahead of our clock: two steps pass it.
    const own = this.awareness.getLocalState()
    this.awareness.setLocalState(own)
    this.awareness.setLocalState(own)
    this.port.opened()
  }

  #closedForGood(code: number): void {
    if (code === OUTDATED_COPY) {
      this.port.outdated()
    } else if (code === UNAUTHORISED) {
      // The first time at once: a token that ran out is nothing out of the ordinary.
      const failed = this.provider.wsUnsuccessfulReconnects
      setTimeout(() => void this.#comeBack(), failed > 1 ? fullJitter(failed) : 0)
    } else {
      this.port.ended(endedBy(code))
    }
  }

  async #comeBack(): Promise<void> {
    try {
      this.#useToken(await this.session.refresh())
      if (!this.#disposed) this.provider.connect()
    } catch (error) {
      if (this.#disposed) return
      if (error instanceof Problem && error.status < 500) this.port.ended('session')
      else setTimeout(() => void this.#comeBack(), 1000 + fullJitter(3))
    }
  }

  #renewed(token: string): void {
    this.#useToken(token)
    if (this.provider.wsconnected) this.port.renew(token)
  }

  #useToken(token: string): void {
    this.provider.protocols = ['codlab.v1', `codlab.bearer.${token}`]
  }
}
