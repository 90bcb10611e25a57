import { toast } from '../ui/toasts'
import type { Debugger } from './debugger'

/** What a key does to the session; undefined for keys that are not the debugger's. F9 is the editor's. */
export function debugKey(event: KeyboardEvent, debug: Debugger): (() => void) | undefined {
  if (event.ctrlKey || event.altKey || event.metaKey) return undefined
  const { session } = debug
  if (event.key === 'F5' && event.shiftKey) return session ? () => stop(debug) : undefined
  if (event.key === 'F5' && session) return () => step(debug, 'continue')
  // For whom there is nothing to start it loads the page anew, as everywhere.
  if (event.key === 'F5') return debug.mayStart ? () => start(debug) : undefined
  if (!session) return undefined
  if (event.key === 'F10' && !event.shiftKey) return () => step(debug, 'next')
  if (event.key === 'F11') return () => step(debug, event.shiftKey ? 'stepOut' : 'stepIn')
  return undefined
}

function start(debug: Debugger): void {
  const hurdle = debug.startHurdle()
  if (hurdle) toast.info(`${hurdle}.`)
  else void debug.start()
}

function stop(debug: Debugger): void {
  const hurdle = debug.stopHurdle()
  if (hurdle) toast.info(`${hurdle}.`)
  else void debug.stop()
}

function step(debug: Debugger, move: 'continue' | 'next' | 'stepIn' | 'stepOut'): void {
  const hurdle = debug.stepHurdle()
  if (hurdle) toast.info(`${hurdle}.`)
  else void debug.move(move)
}
