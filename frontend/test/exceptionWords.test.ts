import { describe, expect, it } from 'vitest'
import { exceptionWords } from '../src/debug/exceptionWords'

describe('the kinds of exceptions that a debugger stops at', () => {
  it.each([
    ['debugpy', { filter: 'raised', label: 'Raised Exceptions' }, 'Raised'],
    ['debugpy', { filter: 'uncaught', label: 'Uncaught Exceptions' }, 'Uncaught'],
    ['js-debug', { filter: 'all', label: 'Caught Exceptions' }, 'Raised'],
    ['JDI', { filter: 'caught', label: 'Caught Exceptions' }, 'Caught'],
    ['gdb', { filter: 'throw', label: 'C++ exceptions, when thrown' }, 'Raised'],
    ['gdb', { filter: 'catch', label: 'C++ exceptions, when caught' }, 'Caught'],
    ['gdb', { filter: 'throw', label: 'Rust panics' }, 'Panics'],
    ['rdbg', { filter: 'any', label: 'rescue any exception' }, 'Raised'],
  ])('are named the same whatever %s calls them', (_debugger, filter, label) => {
    expect(exceptionWords(filter).label).toBe(label)
    expect(exceptionWords(filter).about).not.toBe('')
  })

  it('are shown in their debugger’s words where they are not known', () => {
    const fatal = { filter: 'fatal', label: 'fatal Throws of RuntimeError', description: 'Ends it' }
    expect(exceptionWords(fatal)).toEqual({ label: 'Fatal throws of RuntimeError', about: 'Ends it' })
    expect(exceptionWords({ filter: 'odd', label: '' })).toEqual({ label: 'Odd', about: '' })
  })
})
