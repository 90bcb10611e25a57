/** Values beside the lines that name them, as far up as the frame's own text goes. */
import type { Variable } from '../protocol'

const LINES_LOOKED_AT = 100
const LONGEST_VALUE = 40
const SHOWN_IN_A_LINE = 4

/** What begins a block within a function: its head is not the function's own. */
const CONTROL =
  /^\s*(if|elif|else|for|foreach|while|switch|case|match|try|catch|rescue|except|finally|ensure|with|do|unless|until|begin|loop|select|when|\}|\)|@|#|\/\/)/

/** What a name stands for all along tells nothing: functions, classes and modules; nor does an address. */
const NOTHING_NEW = /^($|ƒ |\[?class |<(function|class|module|built-in|bound) |<[\w.]+ object at 0x|func\()/

/** Words within quotes and remarks are no names. */
const NOT_CODE = /"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|`(?:\\.|[^`\\])*`|\/\/.*$|#.*$|\/\*.*?\*\//g
const NAME = /(?<![\w.$])[\p{L}_$][\p{L}\p{N}_$]*/gu

/** Files of Ada, Fortran and Pascal: the debugger has their names in capitals, or in none. */
const CASELESS = /\.(ad[bs]|f\d*|pas|pp|lpr)$/i

/**
 * @param file The path, which tells the language.
 * @param lines The text as it is now.
 * @param line Where the frame stands, counted from 1.
 * @returns The words for each line that names a variable of the frame, by line.
 */
export function inlineValues(
  file: string,
  lines: readonly string[],
  line: number,
  variables: readonly Variable[],
): Map<number, string> {
  const telling = variables.filter(({ value }) => !NOTHING_NEW.test(value))
  const key = (name: string) => (CASELESS.test(file) ? name.toLowerCase() : name)
  const values = new Map(telling.map(({ name, value }) => [key(name), value]))
  const words = new Map<number, string>()
  for (let at = line; at >= firstLine(lines, line); at -= 1) {
    const named = namesIn(lines[at - 1] ?? '').filter((name) => values.has(key(name)))
    const shown = named
      .slice(0, SHOWN_IN_A_LINE)
      .map((name) => `${name} = ${shortened(values.get(key(name)) ?? '')}`)
    if (shown.length > 0) words.set(at, shown.join('\u00a0\u00a0\u00a0'))
  }
  return words
}

/** The head of the function around a line: the nearest above that is further out and no head of a block. */
function firstLine(lines: readonly string[], line: number): number {
  const last = Math.max(1, line - LINES_LOOKED_AT)
  let outermost = indentation(lines[line - 1] ?? '')
  for (let at = line - 1; at >= last; at -= 1) {
    const text = lines[at - 1] ?? ''
    const indent = indentation(text)
    if (/^\s*\{?\s*$/.test(text) || indent >= outermost) continue
    outermost = indent
    if (!CONTROL.test(text)) return at
  }
  return last
}

const indentation = (text: string) => text.length - text.trimStart().length

function namesIn(text: string): string[] {
  return [...new Set(text.replace(NOT_CODE, ' ').match(NAME))]
}

/** One line of a value, cut where it is long. */
export function shortened(value: string): string {
  const line = value.replace(/\s+/g, ' ')
  return line.length > LONGEST_VALUE ? `${line.slice(0, LONGEST_VALUE - 1)}…` : line
}
