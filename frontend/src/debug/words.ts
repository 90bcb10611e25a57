import type { Participant, Runtime } from '../api/types'
import type { Stop } from './protocol'

const REASONS: Record<string, string> = {
  breakpoint: 'breakpoint',
  'function breakpoint': 'function breakpoint',
  'data breakpoint': 'data breakpoint',
  'instruction breakpoint': 'breakpoint',
  exception: 'exception',
  step: 'step',
  pause: 'paused',
  entry: 'entry',
  goto: 'cursor',
}

const STANDING: Record<string, string> = {
  breakpoint: 'Stopped at a breakpoint',
  'function breakpoint': 'Stopped at a function',
  'instruction breakpoint': 'Stopped at a breakpoint',
  exception: 'Stopped at an exception',
  signal: 'Stopped by a signal',
  step: 'Stopped after a step',
  pause: 'Paused',
  entry: 'Stopped at the start',
  goto: 'Stopped at the cursor',
}

/** Why it stands, as a heading. */
export function standingWords({ reason, description }: Stop): string {
  return STANDING[reason] ?? `Stopped, ${description || reason}`
}

/** Why it stands, in a word or two; an exception by its name. */
export function reasonWords(stop: Stop): string {
  if (stop.reason === 'exception') return exceptionWords(stop)
  if (stop.reason === 'signal') return signalWords(stop)
  return REASONS[stop.reason] ?? (stop.description || stop.reason)
}

/** The exception's name and message; some debuggers have the name in the message already. */
function exceptionWords({ description, text }: Stop): string {
  if (!description || text?.includes(description)) return text || description || 'exception'
  return text ? `${description}: ${text}` : description
}

/** What programs in C and its like are stopped by when they do what they should not. */
const SIGNALS: Record<string, string> = {
  SIGABRT: 'the program has given up (abort)',
  SIGBUS: 'an access to memory that is not there',
  SIGFPE: 'an arithmetic error, such as a division by zero',
  SIGILL: 'no instruction of this processor',
  SIGSEGV: 'an access to memory that is not the program’s',
}

function signalWords({ text }: Stop): string {
  if (!text) return 'signal'
  return SIGNALS[text] ? `${text}: ${SIGNALS[text]}` : text
}

/** Whether it stands because something has gone wrong. */
export const isFailure = ({ reason }: Pick<Stop, 'reason'>) => reason === 'exception' || reason === 'signal'

/** Where it stands, for the panel and for screen readers. */
export function stopWords(stop: Stop, line: number): string {
  const place = stop.file ? `${stop.file} line ${line}` : 'a place outside of the room’s files'
  return `Stopped at ${place}, ${reasonWords(stop)}`
}

interface Asking {
  permissions: { debug: boolean }
  connected: boolean
  runtime: Pick<Runtime, 'name' | 'version' | 'debug'> | undefined
  session: { by: string } | null
  participants: readonly Participant[]
}

/** Why no session can be started here and now; undefined when one can. */
export function startHurdle({ permissions, connected, runtime, session, participants }: Asking) {
  if (!permissions.debug) return 'Viewers cannot debug'
  if (session) {
    const name = participants.find((one) => one.id === session.by)?.name ?? 'Somebody'
    return `${name} is debugging already: one session at a time`
  }
  if (runtime && !runtime.debug) return `${runtime.name} ${runtime.version} cannot be debugged here`
  return connected ? undefined : 'Not connected'
}

/** `48 s` or `2 min`, as the time left of a session is told. */
export function timeLeft(ms: number): string {
  const seconds = Math.max(0, Math.ceil(ms / 1000))
  return seconds < 60 ? `${seconds} s` : `${Math.ceil(seconds / 60)} min`
}
