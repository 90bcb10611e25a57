import type { Participant } from '../api/types'
import { createStore, type StoreApi } from 'zustand/vanilla'

export type Pane = 'files' | 'code' | 'output' | 'debug'

/** What this page shows of the room; each person has an own one. */
export interface ViewState {
  tabs: string[]
  /** A file has been open before: that none is now is what the person wants. */
  opened: boolean
  active: string | null
  /** The run in the terminal; null follows the newest. */
  run: number | null
  /** Run was pressed and the server has not yet said that it is queued. */
  starting: boolean
  /** Grows with each key that did not reach the program, as another alone may type. */
  refusedKeys: number
  /** The pane that fills a narrow screen. */
  pane: Pane
  /** Whom this page follows. */
  following: Participant | null
  /** The packages dialog is open. */
  packages: boolean
  /** A place that the editor is to show. */
  reveal: { file: string; offset: number } | null
}

export type View = StoreApi<ViewState>

export function createView(): View {
  return createStore<ViewState>(() => ({
    tabs: [],
    opened: false,
    active: null,
    run: null,
    starting: false,
    refusedKeys: 0,
    pane: 'code',
    following: null,
    packages: false,
    reveal: null,
  }))
}

export function openFile(view: View, id: string): void {
  bringFile(view, id)
  view.setState({ pane: 'code' })
}

/** Puts a file in front of the editor, and leaves a narrow screen at its pane. */
export function bringFile(view: View, id: string): void {
  view.setState(({ tabs }) => ({
    tabs: tabs.includes(id) ? tabs : [...tabs, id],
    opened: true,
    active: id,
  }))
}

export function closeFile(view: View, id: string): void {
  view.setState(({ tabs, active }) => {
    const at = tabs.indexOf(id)
    const rest = tabs.filter((tab) => tab !== id)
    return { tabs: rest, active: active === id ? (rest[Math.min(at, rest.length - 1)] ?? null) : active }
  })
}

/** Drops tabs of files that are gone; opens a file when nothing has been opened yet. */
export function keepOpenFiles(view: View, present: readonly string[], first: string | undefined): void {
  const { tabs, opened } = view.getState()
  for (const id of tabs) if (!present.includes(id)) closeFile(view, id)
  if (!opened && first !== undefined) view.setState({ tabs: [first], opened: true, active: first })
}
