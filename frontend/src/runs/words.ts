import type { Run } from '../api/types'

export type Tone = 'quiet' | 'busy' | 'stopped' | 'good' | 'bad'

export interface Words {
  text: string
  tone: Tone
}

const NOT_STARTED = 'failed to start: '

/** Why a run could not start: the server's first sentence names it, the rest says what to do. */
export function hurdleWords(run: Run): { title: string; advice: string } | undefined {
  if (!run.outcome?.startsWith(NOT_STARTED)) return undefined
  const reason = run.outcome.slice(NOT_STARTED.length)
  const [, title, advice] = /^([^.]+)\. (.+)$/s.exec(reason) ?? []
  return title && advice ? { title, advice } : { title: 'The run could not start', advice: capital(reason) }
}

/** A finished run's outcome, in plain words. */
export function outcomeWords(run: Run): Words {
  const outcome = run.outcome ?? ''
  if (run.exit_code === 0) return { text: 'Finished', tone: 'good' }
  if (/^exited\(\d+\)$/.test(outcome)) return { text: `Exited with code ${run.exit_code}`, tone: 'bad' }
  if (/^(stopped|restarted) by/.test(outcome)) return { text: capital(outcome), tone: 'quiet' }
  if (/^compile failed: exited\(\d+\)$/.test(outcome)) return { text: 'Does not compile', tone: 'bad' }
  if (outcome === 'server restarted') return { text: 'Ended by a server restart', tone: 'bad' }
  if (outcome.startsWith(NOT_STARTED)) return { text: 'Could not start', tone: 'bad' }
  if (/^(CPU time|file size) limit/.test(outcome)) return { text: `Reached the ${outcome}`, tone: 'bad' }
  return { text: capital(outcome) || 'Ended', tone: 'bad' }
}

export function runWords(run: Run): Words {
  switch (run.state) {
    case 'queued':
      return { text: waitingWords(run.position), tone: 'busy' }
    case 'preparing':
      return { text: 'Preparing a fresh container', tone: 'busy' }
    case 'running':
      return { text: 'Running', tone: 'busy' }
    default:
      return outcomeWords(run)
  }
}

function waitingWords(position: number | null): string {
  if (position === null) return 'Waiting for a free place'
  return position === 1 ? 'Next in the queue' : `${ordinal(position)} in the queue`
}

const SUFFIXES = { one: 'st', two: 'nd', few: 'rd', other: 'th' } as Record<Intl.LDMLPluralRule, string>
const ordinals = new Intl.PluralRules('en', { type: 'ordinal' })
const ordinal = (count: number) => `${count}${SUFFIXES[ordinals.select(count)]}`

/** `0.42 s`, `12.3 s`, `3 min 4 s`: enough digits to compare, no more. */
export function duration(ms: number): string {
  const seconds = Math.max(0, ms) / 1000
  if (seconds < 10) return `${seconds.toFixed(2)} s`
  if (seconds < 60) return `${seconds.toFixed(1)} s`
  return `${Math.floor(seconds / 60)} min ${Math.floor(seconds % 60)} s`
}

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1)
