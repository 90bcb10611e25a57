import type * as Monaco from 'monaco-editor/editor'
import type { Breakpoint } from '../breakpoints'
import { breakpointWords, kindOf } from '../breakpointWords'
import type { Verification } from '../protocol'
import type { RunningText } from '../runningText'

export interface ShownBreakpoint {
  breakpoint: Breakpoint
  /** Where the debugger has put it, else where it was set; in the text as it is now. */
  line: number
  moved: boolean
  verification: Verification | undefined
}

const NEVER_GROWS = 1

/** The breakpoints of a file at the lines where they hold. */
export function shownBreakpoints(
  list: readonly Breakpoint[],
  file: string,
  verifications: readonly Verification[],
  text: RunningText | undefined,
): ShownBreakpoint[] {
  return list
    .filter((breakpoint) => breakpoint.file === file)
    .map((breakpoint) => {
      const verification = verifications.find(({ id }) => id === breakpoint.id)
      const placed = verification?.verified && breakpoint.enabled ? verification.line : undefined
      const line = (placed && text?.map(file)?.toNow(placed)) || breakpoint.line
      return { breakpoint, line, moved: line !== breakpoint.line, verification }
    })
}

export function breakpointDecoration(
  { breakpoint, line, moved, verification }: ShownBreakpoint,
  by: string | undefined,
): Monaco.editor.IModelDeltaDecoration {
  const classes = ['bp', `bp-${kindOf(breakpoint)}`]
  if (!breakpoint.enabled) classes.push('bp-off')
  else if (verification?.verified === false) classes.push('bp-unverified')
  if (moved) classes.push('bp-moved')
  const words = breakpointWords(breakpoint, by, verification)
  if (moved) words.push(`Moved here from line ${breakpoint.line} by the debugger`)
  return {
    range: { startLineNumber: line, startColumn: 1, endLineNumber: line, endColumn: 1 },
    options: {
      glyphMarginClassName: classes.join(' '),
      glyphMarginHoverMessage: words.map((value) => ({ value: escapeMarkdown(value) })),
      stickiness: NEVER_GROWS,
    },
  }
}

/** Expressions are full of what markdown takes for its own. */
const escapeMarkdown = (text: string) => text.replace(/[\\`*_{}[\]()#+\-.!<>|~&]/g, '\\$&')
