import type { ExceptionFilter } from './protocol'

interface Words {
  label: string
  about: string
}

const RAISED: Words = { label: 'Raised', about: 'Stops wherever an exception is raised, caught or not' }
const CAUGHT: Words = { label: 'Caught', about: 'Stops at exceptions that the program catches' }
const UNCAUGHT: Words = { label: 'Uncaught', about: 'Stops at exceptions that nothing catches' }

/** The filters of the debuggers that are on offer, by their own ids: each debugger has other words for the same. */
const KNOWN: Record<string, Words> = {
  raised: RAISED,
  all: RAISED,
  any: RAISED,
  '*': RAISED,
  throw: RAISED,
  rethrow: { label: 'Raised again', about: 'Stops where an exception that was caught is raised again' },
  catch: CAUGHT,
  caught: CAUGHT,
  uncaught: UNCAUGHT,
  RuntimeError: {
    label: 'Raised RuntimeError',
    about: 'Stops wherever a RuntimeError is raised, caught or not',
  },
  userUnhandled: {
    label: 'Uncaught by the room’s files',
    about: 'Stops at exceptions that leave the room’s files for a library, which may catch them',
  },
}
const PANICS: Words = { label: 'Panics', about: 'Stops wherever the program panics' }

/** One style for what each debugger calls otherwise; what is not known keeps its own words. */
export function exceptionWords({ filter, label, description }: ExceptionFilter): Words {
  if (/\bpanics$/.test(label)) return PANICS
  return KNOWN[filter] ?? { label: sentence(label || filter), about: description ?? '' }
}

/** `Fatal Throws` as `Fatal throws`; names as `RuntimeError` or `IO` stay. */
function sentence(label: string): string {
  const [first = '', ...rest] = label.split(' ')
  const small = rest.map((word) => (/^[A-Z][a-z]+$/.test(word) ? word.toLowerCase() : word))
  return [first.charAt(0).toUpperCase() + first.slice(1), ...small].join(' ')
}
