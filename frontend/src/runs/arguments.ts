/** Splits a command line as a shell does for plain words, quotes and backslashes; undefined while a quote is open. */
export function parseArguments(line: string): string[] | undefined {
  const args: string[] = []
  let word: string | undefined
  let quote = ''
  for (let at = 0; at < line.length; at += 1) {
    const character = line.charAt(at)
    if (character === '\\' && quote !== "'" && at + 1 < line.length) {
      at += 1
      word = (word ?? '') + line.charAt(at)
    } else if (quote) {
      if (character === quote) quote = ''
      else word = (word ?? '') + character
    } else if (character === '"' || character === "'") {
      quote = character
      word ??= ''
    } else if (/\s/.test(character)) {
      if (word !== undefined) args.push(word)
      word = undefined
    } else {
      word = (word ?? '') + character
    }
  }
  if (quote) return undefined
  return word === undefined ? args : [...args, word]
}

export function formatArguments(args: readonly string[]): string {
  return args
    .map((arg) => (/^[^\s"'\\]+$/.test(arg) ? arg : `"${arg.replace(/(["\\])/g, '\\$1')}"`))
    .join(' ')
}
