import type * as Monaco from 'monaco-editor/editor'

type Rules = Monaco.editor.ITokenThemeRule[]

/** Quiet colours, few hues: keywords and definitions carry, punctuation recedes. */
const DARK: Rules = [
  { token: '', foreground: 'd9dbdc' },
  { token: 'comment', foreground: '7d868c', fontStyle: 'italic' },
  { token: 'keyword', foreground: 'f0997b' },
  { token: 'keyword.json', foreground: '8fc7f2' },
  { token: 'string', foreground: 'a8cf8e' },
  { token: 'string.escape', foreground: 'e3c27c' },
  { token: 'number', foreground: 'e3c27c' },
  { token: 'regexp', foreground: 'e3a8c8' },
  { token: 'type', foreground: '8fc7f2' },
  { token: 'tag', foreground: 'f0997b' },
  { token: 'attribute.name', foreground: '8fc7f2' },
  { token: 'attribute.value', foreground: 'a8cf8e' },
  { token: 'annotation', foreground: 'e3c27c' },
  { token: 'delimiter', foreground: 'a3abb0' },
  { token: 'operator', foreground: 'a3abb0' },
]

const LIGHT: Rules = [
  { token: '', foreground: '23282b' },
  { token: 'comment', foreground: '6a7479', fontStyle: 'italic' },
  { token: 'keyword', foreground: 'a8401f' },
  { token: 'keyword.json', foreground: '1a5f9c' },
  { token: 'string', foreground: '3b6e1f' },
  { token: 'string.escape', foreground: '83590b' },
  { token: 'number', foreground: '83590b' },
  { token: 'regexp', foreground: '953a6b' },
  { token: 'type', foreground: '1a5f9c' },
  { token: 'tag', foreground: 'a8401f' },
  { token: 'attribute.name', foreground: '1a5f9c' },
  { token: 'attribute.value', foreground: '3b6e1f' },
  { token: 'annotation', foreground: '83590b' },
  { token: 'delimiter', foreground: '596167' },
  { token: 'operator', foreground: '596167' },
]

const DARK_COLORS: Monaco.editor.IColors = {
  'editor.background': '#15181a',
  'editor.foreground': '#d9dbdc',
  'editorLineNumber.foreground': '#596167',
  'editorLineNumber.activeForeground': '#c3c8cb',
  'editor.lineHighlightBackground': '#1b1f22',
  'editor.lineHighlightBorder': '#00000000',
  'editorCursor.foreground': '#5fd3a8',
  'editor.selectionBackground': '#2f4f47',
  'editor.inactiveSelectionBackground': '#263733',
  'editorIndentGuide.background1': '#23282b',
  'editorIndentGuide.activeBackground1': '#3d454a',
  'editorWidget.background': '#1e2326',
  'editorWidget.border': '#343b40',
  'editorHoverWidget.background': '#1e2326',
  'editorSuggestWidget.background': '#1e2326',
  'editorSuggestWidget.selectedBackground': '#2b3237',
  'editorBracketHighlight.foreground1': '#a3abb0',
  'editorBracketHighlight.foreground2': '#a3abb0',
  'editorBracketHighlight.foreground3': '#a3abb0',
  'editorOverviewRuler.border': '#00000000',
  'scrollbar.shadow': '#00000000',
  'scrollbarSlider.background': '#ffffff14',
  'scrollbarSlider.hoverBackground': '#ffffff24',
  'scrollbarSlider.activeBackground': '#ffffff30',
  focusBorder: '#5fd3a8',
}

const LIGHT_COLORS: Monaco.editor.IColors = {
  'editor.background': '#ffffff',
  'editor.foreground': '#23282b',
  'editorLineNumber.foreground': '#8f989d',
  'editorLineNumber.activeForeground': '#3d454a',
  'editor.lineHighlightBackground': '#f5f7f7',
  'editor.lineHighlightBorder': '#00000000',
  'editorCursor.foreground': '#0b7a55',
  'editor.selectionBackground': '#c5e8da',
  'editor.inactiveSelectionBackground': '#e0f1ea',
  'editorIndentGuide.background1': '#eceff0',
  'editorIndentGuide.activeBackground1': '#c3c8cb',
  'editorWidget.background': '#ffffff',
  'editorWidget.border': '#d8dcde',
  'editorBracketHighlight.foreground1': '#596167',
  'editorBracketHighlight.foreground2': '#596167',
  'editorBracketHighlight.foreground3': '#596167',
  'editorOverviewRuler.border': '#00000000',
  'scrollbar.shadow': '#00000000',
  'scrollbarSlider.background': '#00000014',
  'scrollbarSlider.hoverBackground': '#00000024',
  'scrollbarSlider.activeBackground': '#00000030',
  focusBorder: '#0b7a55',
}

export const THEME = { dark: 'codlab-dark', light: 'codlab-light' } as const

export function defineThemes(monaco: typeof Monaco): void {
  monaco.editor.defineTheme(THEME.dark, { base: 'vs-dark', inherit: true, rules: DARK, colors: DARK_COLORS })
  monaco.editor.defineTheme(THEME.light, { base: 'vs', inherit: true, rules: LIGHT, colors: LIGHT_COLORS })
}
