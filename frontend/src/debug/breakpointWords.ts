import type { Breakpoint } from './breakpoints'
import type { Verification } from './protocol'

export type Kind = 'plain' | 'log' | 'conditional'

/** Which mark it has: a diamond writes and goes on, one with a bar stops only under a condition. */
export function kindOf({ logMessage, condition, hitCondition }: Breakpoint): Kind {
  if (logMessage) return 'log'
  return condition || hitCondition ? 'conditional' : 'plain'
}

/** All that is known of it, a sentence each. */
export function breakpointWords(
  breakpoint: Breakpoint,
  by: string | undefined,
  verification: Verification | undefined,
): string[] {
  const { enabled, condition, hitCondition, logMessage } = breakpoint
  const noun = logMessage ? 'Log point' : 'Breakpoint'
  return [
    enabled ? noun : `${noun}, disabled`,
    condition && `If ${condition}`,
    hitCondition && `At hit ${hitCondition}`,
    logMessage && `Writes ${logMessage}`,
    by && `Set by ${by}`,
    enabled && verification?.verified === false && (verification.message || 'Not taken by the debugger'),
  ].filter((words): words is string => Boolean(words))
}
