import { keyNames } from '../ui/keys'

const LINES = [28, 46, 40, 0, 31, 52, 49, 22]

export function EditorLoading() {
  return (
    <div className="editor-loading" role="status" aria-label="Loading the editor">
      {LINES.map((width, index) => (
        <i key={`${index}-${width}`} style={{ width: `${width}%` }} />
      ))}
    </div>
  )
}

const SHORTCUTS = [
  { keys: keyNames.run, does: 'Run' },
  { keys: keyNames.stop, does: 'Stop' },
  { keys: keyNames.panes, does: 'Next pane' },
  { keys: keyNames.palette, does: 'All editor commands' },
]

export function EditorEmpty({ none }: { none: boolean }) {
  return (
    <div className="editor-empty" data-testid="editor-empty">
      <p>
        {none
          ? 'This room has no files yet. Make one in the file list.'
          : 'No file is open. Choose one in the file list.'}
      </p>
      <dl>
        {SHORTCUTS.map(({ keys, does }) => (
          <div key={does}>
            <dt>{does}</dt>
            <dd>
              <kbd>{keys}</kbd>
            </dd>
          </div>
        ))}
      </dl>
    </div>
  )
}
