import type { Breakpoint } from './breakpoints'
import type { FunctionBreakpoint } from './functionBreakpoints'
import type { Verification } from './protocol'

export type Kind = 'plain' | 'log' | 'conditional'

/** Which mark it has: a diamond writes and goes on, one with a bar stops only under a condition. */
export function kindOf(one: Breakpoint | FunctionBreakpoint): Kind {
  if ('logMessage' in one && one.logMessage) return 'log'
  return one.condition || one.hitCondition ? 'conditional' : 'plain'
}

/** All that is known of it, a sentence each. */
export function breakpointWords(
  breakpoint: Breakpoint,
  by: string | undefined,
  verification: Verification | undefined,
): string[] {
  const { logMessage } = breakpoint
  return wordsOf(logMessage ? 'Log point' : 'Breakpoint', breakpoint, by, verification)
}

export function functionWords(
  breakpoint: FunctionBreakpoint,
  by: string | undefined,
  verification: Verification | undefined,
): string[] {
  return wordsOf(`Breakpoint at the function ${breakpoint.function}`, breakpoint, by, verification)
}

function wordsOf(
  noun: string,
  breakpoint: Breakpoint | FunctionBreakpoint,
  by: string | undefined,
  verification: Verification | undefined,
): string[] {
  const { enabled, condition, hitCondition } = breakpoint
  return [
    enabled ? noun : `${noun}, disabled`,
    condition && `If ${condition}`,
    hitCondition && `At hit ${hitCondition}`,
    'logMessage' in breakpoint && breakpoint.logMessage && `Writes ${breakpoint.logMessage}`,
    by && `Set by ${by}`,
    enabled && verification?.verified === false && (verification.message || 'Not taken by the debugger'),
  ].filter((words): words is string => Boolean(words))
}
