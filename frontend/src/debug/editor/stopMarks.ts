import type * as Monaco from 'monaco-editor/editor'

type Decoration = Monaco.editor.IModelDeltaDecoration

const NEVER_GROWS = 1
const NO_CURSOR_STOPS = 3
const RULER_FULL = 7
/** Spaces that are not drawn together. */
const GAP = '\u00a0'.repeat(4)

interface Standing {
  /** In the text as it is now. */
  line: number
  /** It is where the program stands, not a frame further out. */
  top: boolean
  /** The program has gone on, for longer than a step takes. */
  dimmed: boolean
  /** What to say at the line's end: an exception. */
  words: string
}

export function standingDecorations({ line, top, dimmed, words }: Standing): Decoration[] {
  const mark: Decoration = {
    range: lineRange(line),
    options: {
      isWholeLine: true,
      className: `${top ? 'stop-line' : 'frame-line'}${dimmed ? ' left-line' : ''}`,
      glyphMarginClassName: `${top ? 'stop-arrow' : 'frame-arrow'}${dimmed ? ' left-line' : ''}`,
      glyphMarginHoverMessage: { value: top ? 'The program stands here' : 'The frame that you look at' },
      stickiness: NEVER_GROWS,
      overviewRuler: { color: top ? '#d9a93a' : '#5fa88a', position: RULER_FULL },
    },
  }
  return words ? [mark, atLineEnd(line, words, 'stop-words')] : [mark]
}

/** Lines that are not as they run. */
export function changedDecorations(lines: readonly number[]): Decoration[] {
  return lines.map((line) => ({
    range: lineRange(line),
    options: {
      linesDecorationsClassName: 'not-what-runs',
      linesDecorationsTooltip: 'Changed since the program was started: this is not what runs',
      stickiness: NEVER_GROWS,
    },
  }))
}

export function valueDecorations(values: ReadonlyMap<number, string>): Decoration[] {
  return [...values].map(([line, words]) => atLineEnd(line, words, 'inline-value'))
}

function atLineEnd(line: number, words: string, className: string): Decoration {
  const end = Number.MAX_SAFE_INTEGER
  return {
    range: { startLineNumber: line, startColumn: end, endLineNumber: line, endColumn: end },
    options: {
      after: { content: `${GAP}${words}`, inlineClassName: className, cursorStops: NO_CURSOR_STOPS },
      showIfCollapsed: true,
      stickiness: NEVER_GROWS,
    },
  }
}

function lineRange(line: number): Monaco.IRange {
  return { startLineNumber: line, startColumn: 1, endLineNumber: line, endColumn: 1 }
}
