import * as decoding from 'lib0/decoding'
import { Awareness } from 'y-protocols/awareness'
import type { WebsocketProvider } from 'y-websocket'
import * as Y from 'yjs'
import { createStore, type StoreApi } from 'zustand/vanilla'
import { api } from '../api/http'
import type { RoomEvent } from '../api/types'
import type { Session } from '../session/session'
import type { Ended } from './closeCodes'
import { Commands, isReply } from './commands'
import { HeldSync } from './heldSync'
import { OutputLog } from './outputLog'
import { initialState, reduce, type RoomState } from './roomState'
import { RoomSocket } from './roomSocket'
import { SavedBarrier } from './savedBarrier'
import type { NamedText } from './textHash'
import { missingIn, Unsaved } from './unsaved'
import { decodeJson, decodeOutput, encodeSaved, MessageType, Stream } from './wire'
import { Workspace } from './workspace'

export type Link = 'connecting' | 'connected' | 'offline'
export type Saved = 'saved' | 'saving' | 'late'

export interface LiveState extends RoomState {
  link: Link
  saved: Saved
  /** How far the server's clock is ahead of this page's, in milliseconds. */
  serverAhead: number
  /** The room's text has arrived at least once. */
  synced: boolean
  /** The server refused edits of this tab: what it shows is not the room's text. */
  refused: boolean
  /** Why the server does not let this page in for now, in its words. */
  heldUp: string | null
  /** Files of an earlier copy of this page, with changes that the room does not have. */
  leftBehind: readonly NamedText[]
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
  readonly #socket: RoomSocket
  readonly #barrier: SavedBarrier
  readonly #notices = new Set<Tell>()
  readonly #stops: (() => void)[] = []
  #discarded = false

  /**
   * @param brought Files that were not saved when an earlier copy of the room had to be dropped.
   * @param outdated Called when this copy has to be dropped, and the room to be joined afresh.
   */
  constructor(
    readonly session: Session,
    private readonly brought: readonly NamedText[],
    private readonly outdated: () => void,
  ) {
    this.state = createStore<LiveState>(() => ({
      ...initialState(session.participant, session.room),
      link: 'connecting',
      saved: 'saved',
      serverAhead: 0,
      synced: false,
      refused: false,
      heldUp: null,
      leftBehind: [],
      ended: null,
    }))
    this.#socket = new RoomSocket(session, this.doc, this.awareness, {
      opened: () => this.state.setState({ link: 'connected' }),
      closed: (reason) => this.#connectionClosed(reason),
      ended: (why) => this.#end(why),
      outdated: () => this.#dropped(),
      renew: (token) => this.#renew(token),
    })
    this.provider = this.#socket.provider
    this.commands = new Commands((frame) => this.#socket.transmit(frame))
    this.#barrier = new SavedBarrier({
      ask: (edits) => this.#socket.transmit(encodeSaved(edits)),
      changed: () => this.#savedChanged(),
    })
    this.sync = new HeldSync(this.provider, () => this.#barrier.opened())
    this.#listen()
    this.#socket.connect()
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

  /** The files with changes of this page, this copy's and earlier ones', that the room does not have. */
  get notInRoom(): readonly NamedText[] {
    const { leftBehind, synced } = this.state.getState()
    return [...(synced ? leftBehind : this.brought), ...this.unsaved.files()]
  }

  /** Forgets what an earlier copy has left behind. */
  forgetLeftBehind(): void {
    this.state.setState({ leftBehind: [] })
  }

  /** Goes, but not before the last edits are stored: the socket stays open for them, unseen. */
  leave(): void {
    this.awareness.setLocalState(null)
    const done = () => this.#barrier.covered || this.#discarded || this.state.getState().ended !== null
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
    for (const stop of this.#stops) stop()
    this.#barrier.dispose()
    this.sync.drop()
    this.commands.dropAll()
    this.#socket.dispose()
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
    provider.on('sync', (synced) => synced && this.#synced())
    doc.on('update', (_update, origin, _doc, transaction) => {
      if (origin === provider) return
      this.unsaved.edited(transaction)
      this.#barrier.edited()
    })
    const warn = (event: BeforeUnloadEvent) => {
      if (this.#wouldLose()) event.preventDefault()
    }
    addEventListener('beforeunload', warn)
    this.#stops.push(() => removeEventListener('beforeunload', warn))
  }

  #received(message: unknown): void {
    if (isReply(message)) {
      this.commands.answered(message)
      return
    }
    const event = message as RoomEvent
    this.state.setState((state) => reduce(state, event))
    if (event.type === 'hello') {
      this.#socket.hold(event.generation)
      this.state.setState({ serverAhead: event.at - Date.now() })
      for (const run of event.runs) this.output(run.number).isOldUntil(run.output_bytes)
    }
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

  #synced(): void {
    if (this.state.getState().synced) return
    this.state.setState({ synced: true, leftBehind: missingIn(this.workspace, this.brought) })
  }

  #connectionClosed(reason: string | null): void {
    this.sync.drop()
    this.commands.dropAll()
    this.#barrier.closed()
    this.state.setState({ link: 'offline', heldUp: reason })
  }

  #renew(token: string): void {
    this.commands.send('auth.renew', { access_token: token }).catch(() => {
      // The server closes the socket when the old token runs out, and it comes back with the new one.
    })
  }

  #dropped(): void {
    this.#discarded = true
    this.outdated()
  }

  /** Whether text would be gone for good with this page. */
  #wouldLose(): boolean {
    const { ended, leftBehind, refused } = this.state.getState()
    return !this.#discarded && !ended && (refused || leftBehind.length > 0 || !this.#barrier.covered)
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
