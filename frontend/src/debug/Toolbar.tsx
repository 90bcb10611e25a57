import {
  ArrowDownToDot,
  ArrowUpFromDot,
  Pause,
  Play,
  RedoDot,
  RotateCcw,
  Square,
  UndoDot,
} from 'lucide-react'
import { useRef, useState, type KeyboardEvent } from 'react'
import { useRoom } from '../app/useRoom'
import { keyNames } from '../ui/keys'
import { Tip } from '../ui/Tip'
import { stepHurdle, stopHurdle } from './driving'
import type { Move } from './localState'
import { useDriving, useMove, useSession, useStanding } from './useDebug'

interface Tool {
  id: string
  /** The button that it is on: one that takes another's place keeps the focus. */
  place?: string
  label: string
  keys?: string
  Icon: typeof Play
  hurdle: string | undefined
  act: () => void
}

/** Moves the program. What may not be pressed says why. */
export function Toolbar() {
  const host = useRef<HTMLDivElement>(null)
  const tools = useTools()
  const move = useMove()
  const [at, setAt] = useState(0)
  const reached = Math.min(at, tools.length - 1)

  const moved = (event: KeyboardEvent) => {
    const to = nextPlace(event.key, reached, tools.length)
    if (to === undefined) return
    event.preventDefault()
    host.current?.querySelectorAll<HTMLElement>('button')[to]?.focus()
  }

  return (
    <div
      className="debug-toolbar"
      role="toolbar"
      aria-label="Debugger"
      aria-busy={move !== undefined}
      ref={host}
      tabIndex={-1}
      onKeyDown={moved}
    >
      {tools.map(({ id, place, label, keys, Icon, hurdle, act }, index) => (
        <Tip
          key={place ?? id}
          label={hurdle ? `${label}: ${hurdle}` : label}
          {...(keys && !hurdle ? { keys } : {})}
        >
          <button
            className="icon-button"
            data-testid={`debug-${id}`}
            aria-label={label}
            aria-disabled={hurdle !== undefined}
            data-taken={id === move || undefined}
            tabIndex={index === reached ? 0 : -1}
            onFocus={() => setAt(index)}
            onClick={() => hurdle === undefined && act()}
          >
            <Icon size={16} aria-hidden="true" />
          </button>
        </Tip>
      ))}
    </div>
  )
}

/** Where a key leads from a place among so many; undefined for keys that lead nowhere. */
function nextPlace(key: string, at: number, count: number): number | undefined {
  if (key === 'ArrowRight') return (at + 1) % count
  if (key === 'ArrowLeft') return (at + count - 1) % count
  if (key === 'Home') return 0
  return key === 'End' ? count - 1 : undefined
}

function useTools(): Tool[] {
  const { debug } = useRoom()
  const session = useSession()
  const standing = useStanding()
  const moving = useMove() !== undefined
  const driving = useDriving()
  const hurdle = stepHurdle(driving)
  const toStep = hurdle ?? (standing && !moving ? undefined : 'the program is running')
  const toPause = hurdle ?? (session?.state === 'running' ? undefined : 'the program is not running')
  const step = (move: Move, label: string, keys: string, Icon: typeof Play): Tool => ({
    id: move,
    label,
    keys,
    Icon,
    hurdle: toStep,
    act: () => void debug.move(move),
  })
  const running = session !== null && !standing
  const tools: Tool[] = [
    running
      ? {
          id: 'pause',
          place: 'go',
          label: 'Pause',
          Icon: Pause,
          hurdle: toPause,
          act: () => void debug.pause(),
        }
      : { ...step('continue', 'Continue', keyNames.continue, Play), place: 'go' },
    step('next', 'Step over', keyNames.next, RedoDot),
    step('stepIn', 'Step into', keyNames.stepIn, ArrowDownToDot),
    step('stepOut', 'Step out', keyNames.stepOut, ArrowUpFromDot),
  ]
  if (session?.capabilities.supportsStepBack) {
    tools.push({ ...step('stepBack', 'Step back', '', UndoDot) })
  }
  return [
    ...tools,
    { id: 'restart', label: 'Restart', Icon: RotateCcw, hurdle, act: () => void debug.restart() },
    {
      id: 'stop',
      label: 'Stop',
      keys: keyNames.stop,
      Icon: Square,
      hurdle: stopHurdle(driving),
      act: () => void debug.stop(),
    },
  ]
}
