import { ChevronDown } from 'lucide-react'
import { Popover } from 'radix-ui'
import { useState } from 'react'
import { entryFile } from '../collab/entryFile'
import { ControlSetting } from '../debug/ControlSetting'
import { formatArguments, parseArguments } from '../runs/arguments'
import { RuntimePicker } from '../runtimes/RuntimePicker'
import { useFiles, useLive, useRoom, useRuntime } from './useRoom'

/** What Run runs: language, entry file, arguments. Shared by the room, through its document. */
export function RunSettings() {
  const { room } = useRoom()
  const runtimes = useLive((state) => state.runtimes)
  const fallback = useLive((state) => state.room.runtime)
  const runtime = useRuntime()
  const editable = useLive((state) => state.permissions.edit)
  const files = useFiles()
  const { workspace } = room
  const runtimeId = workspace.setting('runtime') ?? fallback
  const entry = workspace.setting('entry')
  const missing = entry !== undefined && !files.some((file) => file.path === entry)
  const automatic = entryFile(files, undefined, runtime)?.path
  const present = useLive((state) => state.present)
  const label = runtime ? `${runtime.name} ${runtime.version}` : present ? runtimeId : 'Language'

  return (
    <Popover.Root>
      <Popover.Trigger
        className="button run-settings"
        data-testid="run-settings"
        aria-label={`Run settings: ${label}`}
      >
        <span>
          {runtime?.name ?? label} <i>{runtime?.version}</i>
        </span>
        <ChevronDown size={14} aria-hidden="true" />
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          className="popover"
          align="end"
          sideOffset={6}
          collisionPadding={8}
          data-testid="run-settings-panel"
          aria-label="Run settings"
        >
          <h2>Run settings</h2>
          <p className="hint">The same for everybody in the room.</p>
          <label htmlFor="run-runtime">Language</label>
          <RuntimePicker
            id="run-runtime"
            testId="run-runtime"
            runtimes={runtimes}
            value={runtime?.id ?? runtimeId}
            disabled={!editable}
            onChange={(chosen) => workspace.setSetting('runtime', chosen.id)}
          />
          <label htmlFor="run-entry">Entry file</label>
          <span className="select">
            <select
              id="run-entry"
              className="field"
              data-testid="run-entry"
              value={entry ?? ''}
              disabled={!editable}
              aria-invalid={missing}
              onChange={(event) => workspace.setSetting('entry', event.target.value || undefined)}
            >
              <option value="">Automatic{automatic ? ` (${automatic})` : ''}</option>
              {entry && missing ? <option value={entry}>{entry} (missing)</option> : null}
              {files.map((file) => (
                <option key={file.id} value={file.path}>
                  {file.path}
                </option>
              ))}
            </select>
            <ChevronDown size={16} aria-hidden="true" />
          </span>
          <Arguments editable={editable} />
          <ControlSetting />
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  )
}

function Arguments({ editable }: { editable: boolean }) {
  const { workspace } = useRoom().room
  const [draft, setDraft] = useState(() => formatArguments(workspace.args))
  const parsed = parseArguments(draft)
  return (
    <>
      <label htmlFor="run-args">Arguments</label>
      <input
        id="run-args"
        className="field mono"
        data-testid="run-args"
        value={draft}
        disabled={!editable}
        placeholder="none"
        autoComplete="off"
        spellCheck={false}
        aria-invalid={!parsed}
        aria-describedby="run-args-hint"
        onChange={(event) => {
          setDraft(event.target.value)
          const args = parseArguments(event.target.value)
          if (args) workspace.setSetting('args', args.length > 0 ? args : undefined)
        }}
      />
      <p className="hint" id="run-args-hint" data-bad={!parsed}>
        {parsed ? 'Separated by spaces; quote what contains one.' : 'A quotation mark is not closed.'}
      </p>
    </>
  )
}
