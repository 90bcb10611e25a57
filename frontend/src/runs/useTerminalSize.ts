import { FitAddon } from '@xterm/addon-fit'
import type { Terminal } from '@xterm/xterm'
import { useEffect, useState, type RefObject } from 'react'
import type { Run } from '../api/types'
import { useLive, useRoom } from '../app/useRoom'

export const FONT_SIZE = 13
const SMALLEST_FONT_SIZE = 6
const RESIZE_MS = 200

/**
 * A program's terminal has one size: that of the page of who types, or else of who started it. All
 * other pages show it in that size, in smaller letters where it would not fit.
 */
export function useTerminalSize(
  terminal: Terminal | undefined,
  host: RefObject<HTMLElement | null>,
  run: Run | undefined,
): void {
  const { runs } = useRoom()
  const fullScreen = useFullScreen(terminal)
  const running = run?.state === 'running'
  const decides = useLive(({ control, you }) => (control.stdin ?? run?.by) === you.id)
  const isOthers = run?.tty === true && (run.state === 'finished' ? fullScreen : running && !decides)
  const cols = isOthers ? run.cols : null
  const rows = isOthers ? run.rows : null

  useEffect(() => {
    const element = host.current
    if (!terminal || !element) return undefined
    const fit = new FitAddon()
    terminal.loadAddon(fit)
    let timer: ReturnType<typeof setTimeout>
    const layOut = () => {
      if (!element.offsetParent) return
      terminal.options.fontSize = FONT_SIZE
      const own = fit.proposeDimensions()
      if (!own || !Number.isFinite(own.cols + own.rows)) return
      runs.size = own
      clearTimeout(timer)
      timer = setTimeout(() => runs.resized(), RESIZE_MS)
      const size = cols === null || rows === null ? own : { cols, rows }
      const scale = Math.min(1, own.cols / size.cols, own.rows / size.rows)
      terminal.options.fontSize = Math.max(SMALLEST_FONT_SIZE, Math.floor(FONT_SIZE * scale))
      terminal.resize(size.cols, size.rows)
    }
    layOut()
    const observer = new ResizeObserver(layOut)
    observer.observe(element)
    return () => {
      clearTimeout(timer)
      observer.disconnect()
      fit.dispose()
    }
  }, [cols, decides, host, rows, running, runs, terminal])
}

/** Whether a full-screen program has the terminal. */
function useFullScreen(terminal: Terminal | undefined): boolean {
  const [fullScreen, setFullScreen] = useState(false)
  useEffect(() => {
    if (!terminal) return undefined
    const look = () => setFullScreen(terminal.buffer.active.type === 'alternate')
    look()
    const listening = terminal.buffer.onBufferChange(look)
    return () => listening.dispose()
  }, [terminal])
  return fullScreen
}
