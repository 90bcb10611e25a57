import type { ITheme } from '@xterm/xterm'
import type { OutputPiece } from '../collab/outputLog'
import { Stream } from '../collab/wire'
import type { Theme } from '../ui/theme'

export const TERMINAL_THEME: Record<Theme, ITheme> = {
  dark: {
    background: '#101314',
    foreground: '#d9dbdc',
    cursor: '#5fd3a8',
    cursorAccent: '#101314',
    selectionBackground: '#2f4f47',
    black: '#23282b',
    red: '#f27d72',
    green: '#8fcf8e',
    yellow: '#e3c27c',
    blue: '#7fb8ec',
    magenta: '#d79bd1',
    cyan: '#6fcfd0',
    white: '#c3c8cb',
    brightBlack: '#7d868c',
    brightRed: '#ff9c92',
    brightGreen: '#abe3a4',
    brightYellow: '#f2d79b',
    brightBlue: '#a3cef5',
    brightMagenta: '#eabbe5',
    brightCyan: '#97e5e5',
    brightWhite: '#f4f5f5',
  },
  light: {
    background: '#fafbfa',
    foreground: '#23282b',
    cursor: '#0b7a55',
    cursorAccent: '#fafbfa',
    selectionBackground: '#c5e8da',
    black: '#23282b',
    red: '#b3362b',
    green: '#2f6f2b',
    yellow: '#7d5606',
    blue: '#1a5f9c',
    magenta: '#8a3a80',
    cyan: '#0f6c6f',
    white: '#596167',
    brightBlack: '#6a7479',
    brightRed: '#c9473b',
    brightGreen: '#3c8437',
    brightYellow: '#94690f',
    brightBlue: '#2874b8',
    brightMagenta: '#a34d98',
    brightCyan: '#1a8286',
    brightWhite: '#23282b',
  },
}

const DIM = '\u001b[2;3m'
const PLAIN = '\u001b[0m'
const RED = '\u001b[31m'
const DEFAULT_COLOR = '\u001b[39m'

/** A piece as the terminal shows it: the server's own words dimmed, errors of a plain pipe in red. */
export function showPiece({ stream, bytes }: OutputPiece): string | Uint8Array {
  if (stream === Stream.system) return DIM + new TextDecoder().decode(bytes) + PLAIN
  if (stream === Stream.stderr) return RED + new TextDecoder().decode(bytes) + DEFAULT_COLOR
  return bytes
}
