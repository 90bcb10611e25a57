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
import { useRef, type KeyboardEvent } from 'react'
import { useRoom } from '../app/useRoom'
import { keyNames } from '../ui/keys'
import { Tip } from '../ui/Tip'
import type { Move } from './debugger'
import { stepHurdle } from './driving'
import { useDriving, useMoving, useSession, useStanding } from './useDebug'

interface Tool {
  id: string
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
  const moving = useMoving()

  const moved = (event: KeyboardEvent) => {
    const all = [...(host.current?.querySelectorAll<HTMLElement>('button') ?? [])]
    const at = all.findIndex((button) => button === document.activeElement)
    const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0
    if (!step || at < 0) return
    event.preventDefault()
    all.at((at + step) % all.length)?.focus()
  }

  return (
    <div
      className="debug-toolbar"
      role="toolbar"
      aria-label="Debugger"
      aria-busy={moving}
      ref={host}
      tabIndex={-1}
      onKeyDown={moved}
    >
      {tools.map(({ id, label, keys, Icon, hurdle, act }, index) => (
        <Tip key={id} label={hurdle ? `${label}: ${hurdle}` : label} {...(keys && !hurdle ? { keys } : {})}>
          <button
            className="icon-button"
            data-testid={`debug-${id}`}
            aria-label={label}
            aria-disabled={hurdle !== undefined}
            tabIndex={index === 0 ? 0 : -1}
            onClick={() => hurdle === undefined && act()}
          >
            <Icon size={16} aria-hidden="true" />
          </button>
        </Tip>
      ))}
    </div>
  )
}

function useTools(): Tool[] {
  const { debug } = useRoom()
  const session = useSession()
  const standing = useStanding()
  const moving = useMoving()
  const hurdle = stepHurdle(useDriving())
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
      ? { id: 'pause', label: 'Pause', Icon: Pause, hurdle: toPause, act: () => void debug.pause() }
      : step('continue', 'Continue', keyNames.continue, Play),
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
      hurdle,
      act: () => void debug.stop(),
    },
  ]
}
