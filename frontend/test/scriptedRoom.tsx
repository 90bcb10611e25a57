/** A room that answers as it is told to, with the debugger's panel on it. */
import { act, render } from '@testing-library/react'
import { Tooltip } from 'radix-ui'
import * as Y from 'yjs'
import { createStore } from 'zustand/vanilla'
import type { RoomEvent } from '../src/api/types'
import { RoomContext, useLive, type RoomContextValue } from '../src/app/useRoom'
import { createView } from '../src/app/viewState'
import type { LiveState } from '../src/collab/liveRoom'
import { reduce } from '../src/collab/roomState'
import { textHash } from '../src/collab/textHash'
import { Workspace } from '../src/collab/workspace'
import { Debugger } from '../src/debug/debugger'
import DebugPanel from '../src/debug/DebugPanel'
import { DebugStatus } from '../src/debug/DebugStatus'
import type { Runs } from '../src/runs/runs'
import { shownRun } from '../src/runs/runs'
import { RunStatus } from '../src/runs/RunStatus'
import { after, bob, runOf } from './room'

function LatestRun() {
  const runs = useLive((state) => state.runs)
  return <RunStatus run={shownRun(runs, null)} starting={false} />
}

export class ScriptedRoom {
  readonly workspace = new Workspace(new Y.Doc())
  readonly file = this.workspace.create('main.py', 'def f(x):\n    y = x\n    return y\n\nf(1)\n')
  readonly state = createStore<LiveState>(() => ({
    ...after({ type: 'participant.joined', participant: { ...bob, role: 'editor' as const } }),
    link: 'connected',
    saved: 'saved',
    synced: true,
    refused: false,
    heldUp: null,
    leftBehind: [],
    ended: null,
    serverAhead: 0,
  }))
  readonly sent: { type: string; [field: string]: unknown }[] = []
  readonly answers: Record<string, (fields: Record<string, unknown>) => unknown> = {}
  readonly view = createView()
  readonly debug: Debugger
  #at = 100

  constructor() {
    const doc = this.workspace.doc
    const commands = {
      send: async (type: string, fields: Record<string, unknown>) => {
        this.sent.push({ type, ...fields })
        return this.answers[type]?.(fields) ?? {}
      },
    }
    const room = { doc, workspace: this.workspace, state: this.state, commands }
    const runs = { size: { cols: 80, rows: 24 } } as Runs
    this.debug = new Debugger(room as never, this.view, runs)
    const value = { room, view: this.view, runs, debug: this.debug } as unknown as RoomContextValue
    render(
      <RoomContext value={value}>
        <Tooltip.Provider>
          <DebugPanel />
          <DebugStatus />
          <LatestRun />
        </Tooltip.Provider>
      </RoomContext>,
    )
    const run = { ...runOf(3, 'running'), text_hash: textHash(this.workspace.texts()) }
    this.tell({ type: 'run.started', run })
  }

  tell(...events: object[]) {
    act(() => {
      for (const event of events) {
        this.#at += 1
        this.state.setState((state) => reduce(state, { seq: this.#at, at: this.#at, ...event } as RoomEvent))
      }
    })
  }

  holds(...names: string[]) {
    this.answers['debug.scopes'] = () => ({ scopes: [{ name: 'Locals', variablesReference: 10 }] })
    this.answers['debug.variables'] = () => ({
      variables: names.map((name) => ({ name, value: `${name}-value`, variablesReference: 0 })),
    })
  }

  commands(type: string) {
    return this.sent.filter((one) => one.type === type)
  }
}
