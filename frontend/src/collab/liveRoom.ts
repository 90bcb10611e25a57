import * as decoding from 'lib0/decoding'
import * as encoding from 'lib0/encoding'
import { encodeAwarenessUpdate, Awareness } from 'y-protocols/awareness'
import { WebsocketProvider } from 'y-websocket'
import * as Y from 'yjs'
import { createStore, type StoreApi } from 'zustand/vanilla'
import { api, Problem } from '../api/http'
import type { RoomEvent } from '../api/types'
import type { Session } from '../session/session'
import { fullJitter } from './backoff'
import { endedBy, isTransient, UNAUTHORISED, type Ended } from './closeCodes'
import { Commands, isReply } from './commands'
import { HeldSync } from './heldSync'
import { OutputLog } from './outputLog'
import { initialState, reduce, type RoomState } from './roomState'
import { SavedBarrier } from './savedBarrier'
import { Unsaved } from './unsaved'
import { decodeJson, decodeOutput, encodeSaved, MessageType, Stream } from './wire'
import { Workspace } from './workspace'

export type Link = 'connecting' | 'connected' | 'offline'
export type Saved = 'saved' | 'saving' | 'late'

export interface LiveState extends RoomState {
  link: Link
  saved: Saved
  /** The room's text has arrived at least once. */
  synced: boolean
  /** The server refused edits of this tab: what it shows is not the room's text. */
  refused: boolean
  /** Why the server does not let this page in for now, in its words. */
  heldUp: string | null
  ended: Ended | null
}

type Tell = (level: 'info' | 'warning' | 'error', text: string) => void

/** The room as this page lives in it: one document, one socket, one state. */
export class LiveRoom {
  readonly doc = new Y.Doc()
  readonly awareness = new Awareness(this.doc)
  readonly workspace = new Workspace(this.doc)
  readonly provider: WebsocketProvider
  readonly state: StoreApi<LiveState>
  readonly commands: Commands
  readonly sync: HeldSync
  readonly unsaved = new Unsaved(this.workspace)
  readonly #outputs = new Map<number, OutputLog>()
  readonly #barrier: SavedBarrier
  readonly #notices = new Set<Tell>()
  readonly #stops: (() => void)[] = []
  #disposed = false
  #discarded = false

  constructor(readonly session: Session) {
    this.state = createStore<LiveState>(() => ({
      ...initialState(session.participant, session.room),
      link: 'connecting',
      saved: 'saved',
      synced: false,
      refused: false,
      heldUp: null,
      ended: null,
    }))
    const scheme = location.protocol === 'https:' ? 'wss' : 'ws'
    this.provider = new WebsocketProvider(`${scheme}://${location.host}/collab`, session.roomId, this.doc, {
      awareness: this.awareness,
      disableBc: true,
      connect: false,
      shouldReconnect: (event) => isTransient(event.code),
    })
    // The provider waits min(2^attempt * 100 ms, maxBackoffTime): a random cap makes that full jitter.
    Object.defineProperty(this.provider, 'maxBackoffTime', {
      get: () => fullJitter(this.provider.wsUnsuccessfulReconnects),
    })
    this.commands = new Commands((frame) => this.#transmit(frame))
    this.#barrier = new SavedBarrier({
      ask: (edits) => this.#transmit(encodeSaved(edits)),
      changed: () => this.#savedChanged(),
    })
    this.sync = new HeldSync(this.provider, () => this.#barrier.opened())
    this.#listen()
    this.#useToken(session.token)
    this.provider.connect()
  }

  /** The output log of a run; empty until something comes. */
  output(run: number): OutputLog {
    let log = this.#outputs.get(run)
    if (!log) this.#outputs.set(run, (log = new OutputLog()))
    return log
  }

  /** Fetches what is kept of a run's output, where this page does not have all of it. */
  async fetchOutput(run: number): Promise<void> {
    const bytes = await api.runOutput(this.session.token, this.session.roomId, run)
    this.output(run).replace(Stream.terminal, bytes)
  }

  /** Loads the room anew, without what the server did not take. */
  discard(): void {
    this.#discarded = true
    location.reload()
  }

  /** Goes, but not before the last edits are stored: the socket stays open for them, unseen. */
  leave(): void {
    this.awareness.setLocalState(null)
    const done = () => this.#barrier.covered || this.state.getState().ended !== null
    if (done()) {
      this.#dispose()
      return
    }
    const stop = this.state.subscribe(() => {
      if (!done()) return
      stop()
      this.#dispose()
    })
  }

  #dispose(): void {
    this.#disposed = true
    for (const stop of this.#stops) stop()
    this.#barrier.dispose()
    this.sync.drop()
    this.commands.dropAll()
    this.provider.destroy()
    this.awareness.destroy()
    this.doc.destroy()
  }

  #listen(): void {
    const { provider, doc } = this
    provider.messageHandlers[MessageType.json] = (_encoder, decoder) => this.#received(decodeJson(decoder))
    provider.messageHandlers[MessageType.saved] = (_encoder, decoder) =>
      this.#barrier.answered(decoding.readVarUint(decoder))
    provider.messageHandlers[MessageType.output] = (_encoder, decoder) => this.#receivedOutput(decoder)
    provider.messageHandlers[MessageType.auth] = () => this.state.setState({ refused: true })
    this.#publishOnlyOwnAwareness()
    provider.on('status', ({ status }) => this.#statusChanged(status))
    provider.on('sync', (synced) => synced && this.state.setState({ synced: true }))
    provider.on('connection-close', (event) => this.#connectionClosed(event))
    provider.on('closed', ({ code }) => this.#closedForGood(code))
    doc.on('update', (_update, origin, _doc, transaction) => {
      if (origin === provider) return
      this.unsaved.edited(transaction)
      this.#barrier.edited()
    })
    this.#stops.push(
      this.session.keepFresh(
        (token) => this.#renew(token),
        () => this.#end('session'),
      ),
    )
    const hurry = () => provider.shouldConnect && provider.connect()
    const warn = (event: BeforeUnloadEvent) => {
      if (this.#wouldLose()) event.preventDefault()
    }
    addEventListener('online', hurry)
    document.addEventListener('visibilitychange', hurry)
    addEventListener('beforeunload', warn)
    this.#stops.push(
      () => removeEventListener('online', hurry),
      () => document.removeEventListener('visibilitychange', hurry),
      () => removeEventListener('beforeunload', warn),
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
      this.#transmit(encoding.toUint8Array(encoder))
    }
    awareness.on('update', publish)
    this.#stops.push(() => awareness.off('update', publish))
  }

  #transmit(frame: Uint8Array): boolean {
    const socket = this.provider.ws
    if (!this.provider.wsconnected || !socket || socket.readyState !== WebSocket.OPEN) return false
    socket.send(frame as Uint8Array<ArrayBuffer>)
    return true
  }

  #received(message: unknown): void {
    if (isReply(message)) {
      this.commands.answered(message)
      return
    }
    const event = message as RoomEvent
    this.state.setState((state) => reduce(state, event))
    // Deletions by a viewer are passed over without a word: they are no news to the server.
    if (event.type === 'hello' && !event.permissions.edit && !this.#barrier.covered) {
      this.state.setState({ refused: true })
    }
    if (event.type === 'notice') this.#notices.forEach((tell) => tell(event.level, event.text))
  }

  /** Hears the server's words to the room. */
  onNotice(tell: Tell): () => void {
    this.#notices.add(tell)
    return () => this.#notices.delete(tell)
  }

  #receivedOutput(decoder: decoding.Decoder): void {
    const chunk = decodeOutput(decoder)
    if (!this.output(chunk.run).accept(chunk)) void this.#recover(chunk.run)
  }

  async #recover(run: number): Promise<void> {
    try {
      await this.fetchOutput(run)
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error)
      this.#notices.forEach((tell) => tell('warning', `Some output of run ${run} is missing: ${why}`))
    }
  }

  #statusChanged(status: 'connected' | 'connecting' | 'disconnected'): void {
    if (status === 'connected') {
      // The server has told the others that we left, one tick ahead of our clock: two steps pass it.
      const own = this.awareness.getLocalState()
      this.awareness.setLocalState(own)
      this.awareness.setLocalState(own)
      this.state.setState({ link: 'connected' })
    }
  }

  #connectionClosed(event: CloseEvent | null): void {
    this.sync.drop()
    this.commands.dropAll()
    this.#barrier.closed()
    this.state.setState({ link: 'offline', heldUp: event?.reason || null })
  }

  #closedForGood(code: number): void {
    if (code !== UNAUTHORISED) {
      this.#end(endedBy(code))
      return
    }
    // The first time at once: a token that ran out is nothing out of the ordinary.
    const failed = this.provider.wsUnsuccessfulReconnects
    setTimeout(() => void this.#comeBack(), failed > 1 ? fullJitter(failed) : 0)
  }

  async #comeBack(): Promise<void> {
    try {
      this.#useToken(await this.session.refresh())
      if (!this.#disposed) this.provider.connect()
    } catch (error) {
      if (this.#disposed) return
      if (error instanceof Problem && error.status < 500) this.#end('session')
      else setTimeout(() => void this.#comeBack(), 1000 + fullJitter(3))
    }
  }

  #renew(token: string): void {
    this.#useToken(token)
    if (!this.provider.wsconnected) return
    this.commands.send('auth.renew', { access_token: token }).catch(() => {
      // The server closes the socket when the old token runs out, and it comes back with the new one.
    })
  }

  #useToken(token: string): void {
    this.provider.protocols = ['codlab.v1', `codlab.bearer.${token}`]
  }

  /** Whether text would be gone for good with this page. */
  #wouldLose(): boolean {
    const { ended, refused } = this.state.getState()
    return !this.#discarded && !ended && (refused || !this.#barrier.covered)
  }

  #end(ended: Ended): void {
    this.provider.disconnect()
    this.state.setState({ ended, link: 'offline' })
  }

  #savedChanged(): void {
    const { refused, permissions } = this.state.getState()
    if (this.#barrier.covered && refused && !permissions.edit) {
      this.#setSaved({ saved: 'saved' })
    } else if (this.#barrier.covered) {
      this.unsaved.clear()
      this.#setSaved({ saved: 'saved', refused: false })
    } else {
      this.#setSaved({ saved: this.#barrier.overdue ? 'late' : 'saving' })
    }
  }

  #setSaved(next: Partial<Pick<LiveState, 'saved' | 'refused'>>): void {
    const { saved, refused } = this.state.getState()
    if (next.saved !== saved || (next.refused ?? refused) !== refused) this.state.setState(next)
  }
}
