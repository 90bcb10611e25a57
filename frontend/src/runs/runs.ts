import type { Run } from '../api/types'
import type { View } from '../app/viewState'
import { CommandError } from '../collab/commands'
import type { LiveRoom } from '../collab/liveRoom'
import { activeRun, isActive } from '../collab/roomState'
import { toast } from '../ui/toasts'
import { isFocusReport } from './replies'

export interface Size {
  cols: number
  rows: number
}

/** Starts, stops and feeds runs on behalf of this page. */
export class Runs {
  /** What fits onto this page; the terminal keeps it. */
  size: Size = { cols: 80, rows: 24 }

  constructor(
    private readonly room: LiveRoom,
    private readonly view: View,
  ) {}

  async start(): Promise<void> {
    const { permissions, runs } = this.room.state.getState()
    if (!permissions.run || this.view.getState().starting || activeRun(runs)) return
    this.view.setState({ starting: true, run: null, pane: 'output' })
    try {
      await this.room.commands.send('run.start', { ...this.size })
    } catch (error) {
      toast.error('The run did not start.', error)
    } finally {
      this.view.setState({ starting: false })
    }
  }

  /** Stops the run that is looked at, else the newest that goes on. */
  async stop(): Promise<void> {
    const { runs } = this.room.state.getState()
    const shown = shownRun(runs, this.view.getState().run)
    const run = shown && isActive(shown) ? shown : activeRun(runs)
    if (run) await this.#command('run.stop', { run: run.number }, 'The run was not stopped.')
  }

  /** Types into a run, or says why not: another holds the keyboard, or one is a viewer. */
  async input(run: number, data: string): Promise<void> {
    const { control, permissions, you } = this.room.state.getState()
    if (!permissions.run || (control.stdin !== null && control.stdin !== you.id)) {
      if (!isFocusReport(data)) this.#refuse()
      return
    }
    try {
      await this.room.commands.send('run.input', { run, data })
    } catch (error) {
      if (error instanceof CommandError && error.code === 'forbidden') this.#refuse()
      else toast.error('Your input did not reach the program.', error)
    }
  }

  /** Ends a run's input, as ^D does on a terminal. */
  async endInput(run: number): Promise<void> {
    await this.#command('run.eof', { run }, 'The input was not ended.')
  }

  #refuse(): void {
    this.view.setState(({ refusedKeys }) => ({ refusedKeys: refusedKeys + 1 }))
  }

  /** Whether the program's terminal is this page's: its size is that of the page, and it answers for it. */
  get isTerminal(): boolean {
    const { control, runs, you } = this.room.state.getState()
    return (control.stdin ?? activeRun(runs)?.by) === you.id
  }

  /** Gives the program the size of this page, if it is this page's to give. */
  resized(): void {
    const run = activeRun(this.room.state.getState().runs)
    if (run?.state !== 'running' || !run.tty || !this.isTerminal) return
    const { cols, rows } = this.size
    if (cols === run.cols && rows === run.rows) return
    void this.#command('run.resize', { run: run.number, cols, rows }, 'The terminal could not be resized.')
  }

  async #command(type: string, fields: object, failure: string): Promise<void> {
    try {
      await this.room.commands.send(type, fields)
    } catch (error) {
      toast.error(failure, error)
    }
  }
}

/** The run that the terminal shows. */
export function shownRun(runs: readonly Run[], chosen: number | null): Run | undefined {
  return chosen === null ? runs.at(-1) : (runs.find((run) => run.number === chosen) ?? runs.at(-1))
}
