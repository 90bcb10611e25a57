import { useEffect, useState } from 'react'
import type { Run } from '../api/types'
import { ControlChip } from '../control/ControlChip'
import { useLive } from '../app/useRoom'
import { useSessionWords } from '../debug/useSessionWords'
import { useStale } from './useStale'
import { duration, runWords } from './words'

const TYPING_MS = 2500

/** One line: how the run goes or ended, for how long, by whom, and whether its text is still the room's. */
export function RunStatus({ run, starting }: { run: Run | undefined; starting: boolean }) {
  const stale = useStale(run)
  const build = useLive((state) => (run ? state.builds[run.runtime] : undefined))
  const debugged = useSessionWords(run?.number)
  if (starting && (!run || run.state === 'finished')) {
    return (
      <p className="run-status" role="status" data-testid="run-status" data-state="starting" data-tone="busy">
        <i className="dot" aria-hidden="true" />
        Starting
      </p>
    )
  }
  if (!run) return null
  const { text, tone } = debugged ?? runWords(run)
  const building = (run.state === 'queued' || run.state === 'preparing') && build?.state === 'building'
  return (
    <>
      <p
        className="run-status"
        data-testid="run-status"
        data-run={run.number}
        data-state={run.state}
        data-outcome={run.outcome ?? ''}
        data-tone={tone}
      >
        <i className="dot" aria-hidden="true" />
        {/* Where a debugged program stands is told by its debugger. */}
        <span data-testid="run-words" role={debugged ? undefined : 'status'}>
          {building ? `Building the image${build.percent === null ? '' : `, ${build.percent} %`}` : text}
        </span>
        {debugged ? null : <Elapsed run={run} />}
        <span className="run-by">by {run.by_name}</span>
      </p>
      {stale ? (
        <p className="run-stale" data-testid="run-stale" title="The text was edited after this run started">
          of older text
        </p>
      ) : null}
      <TypingHint run={run} />
      {run.state === 'running' ? <ControlChip what="stdin" /> : null}
    </>
  )
}

function Elapsed({ run }: { run: Run }) {
  const running = run.state === 'running'
  const [now, setNow] = useState(Date.now)
  useEffect(() => {
    if (!running) return undefined
    const timer = setInterval(() => setNow(Date.now()), 100)
    return () => clearInterval(timer)
  }, [running])
  if (run.started_at === null || run.outcome?.startsWith('timed out')) return null
  return <span className="run-time">{duration((run.finished_at ?? now) - run.started_at)}</span>
}

/** Who types into a program that all may type into, for a moment after each key. */
function TypingHint({ run }: { run: Run }) {
  const typing = useLive((state) => state.typing)
  const you = useLive((state) => state.you.id)
  const isHeld = useLive((state) => state.control.stdin !== null)
  const name = useLive((state) => state.participants.find((one) => one.id === state.typing?.by)?.name)
  const [shown, setShown] = useState(false)

  useEffect(() => {
    if (!typing) return undefined
    setShown(true)
    const timer = setTimeout(() => setShown(false), TYPING_MS)
    return () => clearTimeout(timer)
  }, [typing])

  if (!shown || isHeld || !typing || typing.run !== run.number || run.state !== 'running') return null
  return (
    <p className="run-typing" data-testid="run-typing" role="status">
      {typing.by === you ? 'You are typing' : `${name ?? 'Somebody'} is typing`}
    </p>
  )
}
