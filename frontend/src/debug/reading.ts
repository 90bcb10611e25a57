import { CommandError } from '../collab/commands'
import type { LiveRoom } from '../collab/liveRoom'
import { toast } from '../ui/toasts'
import { framesOf, type Local } from './localState'
import { partFields, partKey, scopesKey, type Part } from './parts'
import type { Frame, Scope, Variable } from './protocol'
import { withScopes, withVariables, type DebugSession } from './session'

/** At a time. */
const FRAMES_READ = 200

/** Reads what a stopped program holds: once for all parts of the page that need it. */
export class Reading {
  readonly #asked = new Map<string, Promise<void>>()

  constructor(
    private readonly room: LiveRoom,
    private readonly local: Local,
  ) {}

  /** Reads the next of a thread's frames, further out than those that are known. */
  async frames(thread: number): Promise<void> {
    const stop = this.#session?.stop
    if (!stop) return
    const { list } = framesOf(stop, thread, this.local.getState().frames)
    const fields = { threadId: thread, startFrame: list.length, levels: FRAMES_READ }
    await this.#once(stop.stop, `frames ${thread}`, async () => {
      const { frames } = await this.#ask<{ frames: Frame[] }>('debug.stackTrace', stop.stop, fields)
      if (this.#session?.stop?.stop !== stop.stop) return
      const read = { list: [...list, ...frames], more: frames.length === FRAMES_READ }
      this.local.setState((local) => ({ frames: { ...local.frames, [thread]: read } }))
    })
  }

  /** Reads a frame's scopes; a refusal is told in their place. */
  async scopes(frameId: number): Promise<void> {
    const stop = this.#session?.stop?.stop
    if (stop === undefined || this.#session?.scopes[frameId]) return
    const key = scopesKey(frameId)
    const ask = async () => {
      const { scopes } = await this.#ask<{ scopes: Scope[] }>('debug.scopes', stop, { frameId })
      this.keep((session) => withScopes(session, stop, frameId, scopes))
    }
    this.#unread(stop, key)
    await this.#once(stop, key, ask, (error) => this.#unread(stop, key, words(error)))
  }

  /** Reads what is inside of a scope or a value; a refusal is told in its place. */
  async variables(variablesReference: number, part: Part = 'all'): Promise<void> {
    const stop = this.#session?.stop?.stop
    const key = partKey(variablesReference, part)
    if (stop === undefined || this.#session?.variables[key]) return
    const fields = { variablesReference, ...partFields(part) }
    const ask = async () => {
      const { variables } = await this.#ask<{ variables: Variable[] }>('debug.variables', stop, fields)
      this.keep((session) => withVariables(session, stop, variablesReference, variables, part))
    }
    this.#unread(stop, key)
    await this.#once(stop, key, ask, (error) => this.#unread(stop, key, words(error)))
  }

  keep(change: (session: DebugSession) => DebugSession): void {
    this.room.state.setState(({ debug }) =>
      debug.session ? { debug: { ...debug, session: change(debug.session) } } : {},
    )
  }

  get #session(): DebugSession | null {
    return this.room.state.getState().debug.session
  }

  #ask<Answer>(type: string, stop: number, fields: object): Promise<Answer> {
    return this.room.commands.send<Answer>(type, { stop, ...fields })
  }

  /** Notes why a part of the variables could not be read at a stop; that it is asked for again, without a reason. */
  #unread(stop: number, key: string, reason?: string): void {
    const { unread } = this.local.getState()
    const reasons = new Map(unread.stop === stop ? unread.reasons : [])
    if (reason !== undefined) reasons.set(key, reason)
    else if (!reasons.delete(key)) return
    this.local.setState({ unread: { stop, reasons } })
  }

  /** Asks once for what several parts of the page need; a refusal leaves the place empty, with the reason. */
  #once(
    stop: number,
    what: string,
    ask: () => Promise<void>,
    refused: (error: unknown) => void = (error) =>
      toast.error('The state of the program could not be read.', error),
  ): Promise<void> {
    const key = `${stop} ${what}`
    const known = this.#asked.get(key)
    if (known) return known
    const asked = ask()
      .catch((error: unknown) => this.#passes(error, stop) || refused(error))
      .then(() => void this.#asked.delete(key))
    this.#asked.set(key, asked)
    return asked
  }

  /** The program has moved on, or the connection is gone: what comes next brings it all anew. */
  #passes(error: unknown, stop: number): boolean {
    const { session } = this.room.state.getState().debug
    const stands = session?.state === 'stopped' && session.stop?.stop === stop
    return !stands || (error instanceof CommandError && error.code === 'offline')
  }
}

const words = (error: unknown) => (error instanceof Error ? error.message : String(error))
