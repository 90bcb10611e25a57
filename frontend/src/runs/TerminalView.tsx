import { Unicode11Addon } from '@xterm/addon-unicode11'
import { WebLinksAddon } from '@xterm/addon-web-links'
import { Terminal } from '@xterm/xterm'
import '@xterm/xterm/css/xterm.css'
import { useEffect, useRef, useState, type RefObject } from 'react'
import { useStore } from 'zustand'
import type { Run } from '../api/types'
import { registerPane } from '../app/panes'
import { useLive, useRoom } from '../app/useRoom'
import type { OutputPiece } from '../collab/outputLog'
import { isPaneKey, isRunKey, isStopKey } from '../ui/keys'
import { theme } from '../ui/theme'
import { answerOnlyIf } from './replies'
import { FONT_SIZE, useTerminalSize } from './useTerminalSize'
import { showPiece, TERMINAL_THEME } from './terminalLook'

const HIDE_CURSOR = '\u001b[?25l'

/** The terminal of one run. What is typed into it goes to the program, whoever started it. */
export default function TerminalView({ run }: { run: Run | undefined }) {
  const host = useRef<HTMLDivElement>(null)
  const replays = useRef(false)
  const terminal = useTerminal(host, replays, run !== undefined)
  useTerminalSize(terminal, host, run)
  useOutput(terminal, run, replays)
  useInput(terminal, run)
  return <div className="terminal-host" ref={host} data-testid="terminal" data-run={run?.number} />
}

/**
 * @param replays Whether what is shown at the moment was asked long ago, if it asks.
 * @param shown Whether there is a run; without one the terminal waits unseen.
 */
function useTerminal(
  host: RefObject<HTMLDivElement | null>,
  replays: RefObject<boolean>,
  shown: boolean,
): Terminal | undefined {
  const { runs } = useRoom()
  const [terminal, setTerminal] = useState<Terminal>()
  const present = useStore(theme, (state) => state.theme)

  useEffect(() => {
    const element = host.current
    if (!element) return undefined
    const made = new Terminal({
      fontFamily: '"JetBrains Mono Variable", ui-monospace, monospace',
      fontSize: FONT_SIZE,
      lineHeight: 1.35,
      scrollback: 10_000,
      allowProposedApi: true,
      cursorInactiveStyle: 'none',
      minimumContrastRatio: 4.5,
    })
    made.loadAddon(new WebLinksAddon())
    made.loadAddon(new Unicode11Addon())
    made.unicode.activeVersion = '11'
    answerOnlyIf(made, () => !replays.current && runs.isTerminal)
    made.attachCustomKeyEventHandler((event) => {
      if (isRunKey(event) || isStopKey(event) || isPaneKey(event)) return false
      const copies =
        (event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'c' && made.hasSelection()
      return !copies
    })
    made.open(element)
    setTerminal(made)
    return () => {
      made.dispose()
      setTerminal(undefined)
    }
  }, [host, replays, runs])

  useEffect(() => {
    if (terminal) terminal.options.theme = TERMINAL_THEME[present]
  }, [present, terminal])
  useEffect(() => {
    if (!terminal) return undefined
    if (window.__codlab) window.__codlab.terminalText = () => textOf(terminal)
    return shown ? registerPane('output', () => terminal.focus()) : undefined
  }, [shown, terminal])
  return terminal
}

function useOutput(terminal: Terminal | undefined, run: Run | undefined, replays: RefObject<boolean>): void {
  const { room } = useRoom()
  const number = run?.number
  const tty = run?.tty ?? true

  useEffect(() => {
    if (!terminal) return undefined
    terminal.reset()
    if (number === undefined) return undefined
    terminal.options.convertEol = !tty
    const log = room.output(number)
    const show = (piece: OutputPiece) => {
      const { isOld } = piece
      terminal.write('', () => (replays.current = isOld))
      terminal.write(showPiece(piece))
      piece.isOld = true
    }
    const showAll = () => log.pieces.forEach(show)
    showAll()
    return log.listen({
      appended: show,
      replaced: () => {
        terminal.reset()
        showAll()
      },
    })
  }, [number, replays, room, terminal, tty])
}

function useInput(terminal: Terminal | undefined, run: Run | undefined): void {
  const { runs } = useRoom()
  const number = run?.number
  const live = run?.tty === true && run.state !== 'finished'
  const mine = useLive(
    ({ control, permissions, you }) =>
      permissions.run && (control.stdin === null || control.stdin === you.id),
  )
  const own = useLive((state) => state.you.id) === run?.by
  const finished = run?.state === 'finished'

  useEffect(() => {
    if (!terminal) return undefined
    terminal.options.disableStdin = !live
    if (finished) terminal.write(HIDE_CURSOR)
    if (!live || number === undefined) return undefined
    if (own && isIdle(document.activeElement)) terminal.focus()
    const typed = terminal.onData((data) => void runs.input(number, data))
    return () => typed.dispose()
  }, [finished, live, number, own, runs, terminal])
  useEffect(() => {
    if (terminal) terminal.options.cursorBlink = live && mine
  }, [live, mine, terminal])
}

/** Nobody works there: the focus is free for the program that has just started. */
function isIdle(element: Element | null): boolean {
  return !element || element === document.body || element.closest('[data-pane=header], .bottom-bar') !== null
}

function textOf(terminal: Terminal): string {
  const { active } = terminal.buffer
  const lines = Array.from(
    { length: active.length },
    (_, at) => active.getLine(at)?.translateToString(true) ?? '',
  )
  return lines.join('\n').trimEnd()
}
