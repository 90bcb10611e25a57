import { keyNames } from '../ui/keys'
import { useLive, useRoom, useRuntime } from './useRoom'
import { openFile } from './viewState'

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
  { keys: keyNames.debug, does: 'Debug' },
  { keys: keyNames.stop, does: 'Stop' },
  { keys: keyNames.panes, does: 'Next pane' },
  { keys: keyNames.palette, does: 'All editor commands' },
]

/** No file is in front; in a room without any, the way to the first one. */
export function EditorEmpty({ none }: { none: boolean }) {
  const { room, view } = useRoom()
  const editable = useLive((state) => state.permissions.edit)
  const first = useRuntime()?.entry
  return (
    <div className="editor-empty" data-testid="editor-empty">
      <p>{none ? 'This room has no files.' : 'No file is open. Choose one in the file list.'}</p>
      {none && editable && first ? (
        <button
          className="button primary"
          data-testid="create-first"
          onClick={() => openFile(view, room.workspace.create(first))}
        >
          Create {first}
        </button>
      ) : null}
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
