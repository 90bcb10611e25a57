import type { Terminal } from '@xterm/xterm'

/**
 * Programs ask their terminal what it is and where its cursor stands. All pages show the same
 * program, and one answer is enough: the others keep silent, as does one that shows old output.
 *
 * @param answers Whether this page is to answer now.
 */
export function answerOnlyIf(terminal: Terminal, answers: () => boolean): void {
  const silence = () => !answers()
  const { parser } = terminal
  for (const id of [
    { final: 'c' }, // primary, secondary and tertiary device attributes
    { prefix: '>', final: 'c' },
    { prefix: '=', final: 'c' },
    { final: 'n' }, // status, cursor position
    { prefix: '?', final: 'n' },
    { intermediates: '$', final: 'p' }, // whether a mode is set
    { prefix: '?', intermediates: '$', final: 'p' },
  ]) {
    parser.registerCsiHandler(id, silence)
  }
  parser.registerDcsHandler({ intermediates: '$', final: 'q' }, silence)
  // Colours are asked for, but set as well: a program may always set them.
  for (const code of [4, 10, 11, 12]) {
    parser.registerOscHandler(code, (data) => data.includes('?') && !answers())
  }
}

/** What a terminal says by itself when it gets or loses the focus, if a program wants to know. */
export const isFocusReport = (data: string): boolean => data === '\u001b[I' || data === '\u001b[O'
