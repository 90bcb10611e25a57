import type { View } from '../app/viewState'
import type { LiveRoom } from '../collab/liveRoom'
import type { Runs } from '../runs/runs'
import { toast } from '../ui/toasts'
import { Breakpoints } from './breakpoints'
import type { Completion } from './completions'
import { FunctionBreakpoints } from './functionBreakpoints'
import { stepHurdle, stopHurdle } from './driving'
import { createLocal, shownFrame, shownThread, type LocalDebug, type Local, type Move } from './localState'
import type { Part } from './parts'
import { Reading } from './reading'
import type { Evaluation, Frame } from './protocol'
import { RunningText } from './runningText'
import { evaluationKey, standingFrame, withEvaluation, type DebugSession } from './session'
import { ValueMemory } from './valueMemory'
import { ownScopes } from './variableRows'
import { Watches } from './watches'
import { startHurdle } from './words'

type Moving = NonNullable<LocalDebug['moving']>

/** Debugs on behalf of this page: the room's breakpoints and watches, and what one person does in its session. */
export class Debugger {
  readonly local: Local = createLocal()
  readonly breakpoints: Breakpoints
  readonly functions: FunctionBreakpoints
  readonly watches: Watches
  readonly values = new ValueMemory()
  readonly #reading: Reading
  #running: { run: number; text: RunningText } | undefined

  constructor(
    private readonly room: LiveRoom,
    private readonly view: View,
    private readonly runs: Runs,
  ) {
    this.breakpoints = new Breakpoints(room.workspace)
    this.functions = new FunctionBreakpoints(room.doc)
    this.watches = new Watches(room.doc)
    this.#reading = new Reading(room, this.local)
  }

  get session(): DebugSession | null {
    return this.room.state.getState().debug.session
  }

  /** The text that the session runs; undefined without one, and until its run and the room's text are known. */
  get text(): RunningText | undefined {
    const { session } = this
    const { runs, synced } = this.room.state.getState()
    if (!session || !synced) return undefined
    if (this.#running?.run !== session.run) {
      const run = runs.find(({ number }) => number === session.run)
      if (!run?.text_hash) return undefined
      this.#running = { run: run.number, text: new RunningText(this.room.workspace, run) }
    }
    return this.#running?.text
  }

  /** Whether starting is this person's to do at all: they may debug, and the room is there. */
  get mayStart(): boolean {
    const { link, permissions } = this.room.state.getState()
    return link === 'connected' && permissions.debug
  }

  /** Why no session can be started here and now; undefined when one can. */
  startHurdle(): string | undefined {
    const { link, present, room, runtimes, permissions, participants } = this.room.state.getState()
    const wanted = this.room.workspace.setting('runtime') ?? room.runtime
    const runtime = runtimes.find(({ id, language }) => id === wanted || language === wanted)
    const connected = link === 'connected' && present
    return startHurdle({ permissions, connected, runtime, session: this.session, participants })
  }

  /** Why a step of this page's person would be refused; undefined when it would not. */
  stepHurdle(): string | undefined {
    const { you, permissions, participants, control } = this.room.state.getState()
    const everybody = this.room.workspace.setting('control') === 'everybody'
    return stepHurdle({ you, permissions, participants, control, everybody })
  }

  /** Why this page's person cannot stop the session; undefined when they can. */
  stopHurdle(): string | undefined {
    return stopHurdle(this.room.state.getState())
  }

  async start(): Promise<void> {
    const { permissions } = this.room.state.getState()
    if (!permissions.debug || this.session || this.local.getState().starting) return
    this.local.setState({ starting: true, panel: true })
    this.view.setState({ run: null })
    await this.#attempt('debug.start', { ...this.runs.size }, 'The debugger did not start.')
    this.local.setState({ starting: false })
  }

  /** Moves the program on from where it stands. */
  async move(move: Move): Promise<void> {
    const { session } = this
    if (session?.state !== 'stopped' || !session.stop) return
    await this.#goOn(move, session.stop.stop, { threadId: shownThread(session, this.local.getState()) })
  }

  async runToCursor(path: string, line: number): Promise<void> {
    const { session } = this
    if (session?.state !== 'stopped' || !session.stop) return
    await this.#goOn('runToCursor', session.stop.stop, { file: path, line })
  }

  /** Once for each stop, however often it is asked for. */
  async #goOn(by: Moving['by'], stop: number, fields: object): Promise<void> {
    if (this.local.getState().moving?.stop === stop) return
    this.local.setState({ moving: { stop, by }, following: true, looked: null })
    const moved = await this.#attempt(`debug.${by}`, { stop, ...fields }, 'The program was not moved on.')
    if (!moved && this.local.getState().moving?.stop === stop) this.local.setState({ moving: null })
  }

  pause = () => this.#attempt('debug.pause', {}, 'The program was not paused.')
  stop = () => this.#attempt('debug.stop', {}, 'The session was not stopped.')
  restart = () => this.#attempt('debug.restart', {}, 'The program was not restarted.')
  extend = () => this.#attempt('debug.extend', {}, 'The session got no more time.')
  chooseExceptions = (filters: string[]) =>
    this.#attempt('debug.exceptions', { filters }, 'The choice of exceptions was not taken.')

  /** Shows another frame on this page, without moving anybody else. */
  look(thread: number, frame: Frame): void {
    const stop = this.session?.stop
    if (!stop) return
    const stands = thread === stop.threadId && frame.id === standingFrame(stop)?.id
    this.local.setState({
      looked: stands ? null : { stop: stop.stop, thread, frame: frame.id },
      following: stands,
    })
  }

  /** Back to where the program stands. */
  follow(): void {
    this.local.setState({ following: true, looked: null })
  }

  frames = (thread: number): Promise<void> => this.#reading.frames(thread)
  scopes = (frameId: number): Promise<void> => this.#reading.scopes(frameId)
  variables = (reference: number, part?: Part): Promise<void> => this.#reading.variables(reference, part)

  evaluate(expression: string, context: 'repl' | 'hover'): Promise<Evaluation> {
    return this.room.commands.send<Evaluation>('debug.evaluate', { expression, context, ...this.#here() })
  }

  /** Evaluates what the room watches, in the shown frame. Rejects where that is no expression there. */
  async watch(expression: string): Promise<void> {
    const here = this.#here()
    const evaluation = await this.room.commands.send<Evaluation>('debug.evaluate', {
      expression,
      context: 'watch',
      ...here,
    })
    const { stop, frameId } = here
    if (stop === undefined) return
    this.#reading.keep((session) =>
      withEvaluation(session, stop, evaluationKey(frameId, expression), evaluation),
    )
  }

  async completions(text: string, column: number): Promise<Completion[]> {
    const { targets } = await this.room.commands.send<{ targets: Completion[] }>('debug.completions', {
      text,
      column,
      ...this.#here(),
    })
    return targets
  }

  /** What the shown frame's variables are called, as far as they were read. */
  namesInFrame(): Completion[] {
    const { session } = this
    const frame = shownFrame(session, this.local.getState())
    const scopes = frame ? ownScopes(session?.scopes[frame.id] ?? []) : []
    const variables = scopes.flatMap(({ variablesReference }) => session?.variables[variablesReference] ?? [])
    return variables.map(({ name }) => ({ label: name }))
  }

  /** Sets a variable, and reads what holds it anew. @returns What went wrong, in words. */
  async setVariable(variablesReference: number, name: string, value: string): Promise<string | undefined> {
    const stop = this.session?.stop?.stop
    try {
      await this.room.commands.send('debug.setVariable', { stop, variablesReference, name, value })
      return undefined
    } catch (error) {
      return error instanceof Error ? error.message : String(error)
    }
  }

  /** The stop and the frame that this page shows; nothing while the program runs. */
  #here(): { stop?: number; frameId?: number } {
    const { session } = this
    if (session?.state !== 'stopped' || !session.stop) return {}
    const frame = shownFrame(session, this.local.getState())
    return { stop: session.stop.stop, ...(frame ? { frameId: frame.id } : {}) }
  }

  async #attempt(type: string, fields: object, failure: string): Promise<boolean> {
    try {
      await this.room.commands.send(type, fields)
      return true
    } catch (error) {
      toast.error(failure, error)
      return false
    }
  }
}
