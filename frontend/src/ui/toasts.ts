import { createStore } from 'zustand/vanilla'

export interface Toast {
  id: number
  level: 'info' | 'warning' | 'error'
  text: string
  action?: { label: string; run: () => void }
}

const SHOWN_MS = 8_000
const SHOWN_AT_ONCE = 4

export const toasts = createStore<{ list: Toast[] }>(() => ({ list: [] }))
let last = 0

function show(entry: Omit<Toast, 'id'>): void {
  last += 1
  const id = last
  toasts.setState(({ list }) => ({ list: [...list, { ...entry, id }].slice(-SHOWN_AT_ONCE) }))
  setTimeout(() => dismiss(id), SHOWN_MS)
}

export function dismiss(id: number): void {
  toasts.setState(({ list }) => ({ list: list.filter((entry) => entry.id !== id) }))
}

export const toast = {
  show,
  info: (text: string, action?: Toast['action']) =>
    show(action ? { level: 'info', text, action } : { level: 'info', text }),
  /** Says what failed and, where the error has words for it, why. */
  error: (what: string, error?: unknown) =>
    show({ level: 'error', text: error instanceof Error ? `${what} ${error.message}` : what }),
}
