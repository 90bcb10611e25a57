import type { Pane } from './viewState'

/** The parts that F6 goes round; Tab stays inside the editor and the terminal. */
type Stop = Pane | 'header'

const ORDER: Stop[] = ['header', 'files', 'code', 'output', 'debug']
const focusers = new Map<Stop, () => void>()

/** @param focus Puts the focus where work in the pane begins. */
export function registerPane(stop: Stop, focus: () => void): () => void {
  focusers.set(stop, focus)
  return () => {
    if (focusers.get(stop) === focus) focusers.delete(stop)
  }
}

function present(): Stop | undefined {
  const pane = document.activeElement?.closest<HTMLElement>('[data-pane]')?.dataset.pane
  return ORDER.find((stop) => stop === pane)
}

export function cyclePanes(step: 1 | -1): void {
  const stops = ORDER.filter((stop) => focusers.has(stop))
  const here = present()
  const at = here ? stops.indexOf(here) : -1
  const next = stops.at((at + step + stops.length) % stops.length)
  if (next) focusPane(next)
}

export function focusPane(stop: Stop): void {
  focusers.get(stop)?.()
}
