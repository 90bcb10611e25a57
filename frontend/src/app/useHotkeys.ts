import { useEffect } from 'react'
import { isPaneKey, isRunKey, isStopKey } from '../ui/keys'
import type { Debugger } from '../debug/debugger'
import { debugKey } from '../debug/keys'
import type { Runs } from '../runs/runs'
import { cyclePanes } from './panes'

/** The room's own keys. Heard before Monaco and the terminal, which would keep them. */
export function useHotkeys(runs: Runs, debug: Debugger): void {
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      const debugs = debugKey(event, debug)
      if (debugs) debugs()
      else if (isRunKey(event)) void runs.start()
      else if (isStopKey(event)) void runs.stop()
      else if (isPaneKey(event)) cyclePanes(event.shiftKey ? -1 : 1)
      else return
      event.preventDefault()
      event.stopPropagation()
    }
    addEventListener('keydown', pressed, { capture: true })
    return () => removeEventListener('keydown', pressed, { capture: true })
  }, [debug, runs])
}
