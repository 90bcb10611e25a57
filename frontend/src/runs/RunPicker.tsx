import { Check, ChevronDown } from 'lucide-react'
import { DropdownMenu } from 'radix-ui'
import type { Run } from '../api/types'
import { ago } from '../app/ago'
import { useLive, useRoom } from '../app/useRoom'
import { runWords } from './words'

/** Chooses an earlier run; the newest is followed unless one is chosen. */
export function RunPicker({ run }: { run: Run | undefined }) {
  const { view } = useRoom()
  const runs = useLive((state) => state.runs)
  if (!run) return null
  const newest = runs.at(-1)
  return (
    <DropdownMenu.Root>
      <DropdownMenu.Trigger className="run-picker" data-testid="run-picker" data-run={run.number}>
        Run {run.number}
        <ChevronDown size={13} aria-hidden="true" />
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content className="menu run-list" align="start" sideOffset={4} collisionPadding={8}>
          <DropdownMenu.Label>Runs of this room</DropdownMenu.Label>
          {runs.toReversed().map((one) => {
            const { text, tone } = runWords(one)
            return (
              <DropdownMenu.Item
                key={one.number}
                data-testid="run-item"
                data-run={one.number}
                onSelect={() => view.setState({ run: one === newest ? null : one.number })}
              >
                <span className="check">{one.number === run.number ? <Check size={14} /> : null}</span>
                <span className="run-number">{one.number}</span>
                <span className="run-words" data-tone={tone}>
                  <i className="dot" aria-hidden="true" />
                  {text}
                </span>
                <small>
                  {one.by_name}, {ago(one.queued_at)}
                </small>
              </DropdownMenu.Item>
            )
          })}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  )
}
