import { Check, Copy, Trash2 } from 'lucide-react'
import { useEffect, useId, useRef } from 'react'
import { useFiles, useLive } from '../app/useRoom'
import { entryFile } from '../collab/entryFile'
import { RuntimePicker } from '../runtimes/RuntimePicker'
import { Arguments, Environment, FileSelect } from './fields'
import { useConfigurations, useDraft } from './useConfigurations'

interface Props {
  /** Null is the default one. */
  id: string | null
  /** It was made just now: its name is what is typed first. */
  isNew: boolean
  onDuplicate: () => void
  onDelete: () => void
}

/** One run configuration. What is changed is the room's at once; there is nothing to be saved. */
export function ConfigurationForm({ id, isNew, onDuplicate, onDelete }: Props) {
  const configurations = useConfigurations()
  const files = useFiles()
  const editable = useLive((state) => state.permissions.edit)
  const { entry, args, env, stdin, tty } = configurations.read(id)
  const runtime = useRuntimeOf(id)
  const automatic = entryFile(files, undefined, runtime)?.path
  const disabled = !editable
  return (
    <form className="configuration-form" onSubmit={(event) => event.preventDefault()}>
      <fieldset aria-label="Configuration">
        {id === null ? null : <Name id={id} isNew={isNew} disabled={disabled} />}
        <Language id={id} disabled={disabled} />
        <FileSelect
          label="Entry file"
          testId="run-entry"
          files={files}
          value={entry}
          none={`Automatic${automatic ? ` (${automatic})` : ''}`}
          disabled={disabled}
          onChange={(path) => configurations.set(id, 'entry', path)}
        />
        <Arguments
          value={args ?? []}
          disabled={disabled}
          onChange={(words) => configurations.set(id, 'args', words && [...words])}
        />
        <FileSelect
          label="Input"
          testId="run-stdin"
          files={files}
          value={stdin}
          none="Typed while it runs"
          disabled={disabled}
          onChange={(path) => configurations.set(id, 'stdin', path)}
        />
        <Terminal
          checked={tty ?? stdin === undefined}
          disabled={disabled}
          onChange={(checked) =>
            configurations.set(id, 'tty', checked === (stdin === undefined) ? undefined : checked)
          }
        />
        <Environment
          value={env ?? {}}
          disabled={disabled}
          onChange={(variables) => configurations.set(id, 'env', variables)}
        />
      </fieldset>
      <div className="form-actions">
        <Use id={id} />
        <span className="header-gap" />
        {editable ? (
          <button
            type="button"
            className="button"
            data-testid="configuration-duplicate"
            onClick={onDuplicate}
          >
            <Copy size={14} aria-hidden="true" />
            Duplicate
          </button>
        ) : null}
        {editable && id !== null ? (
          <button type="button" className="button" data-testid="configuration-delete" onClick={onDelete}>
            <Trash2 size={14} aria-hidden="true" />
            Delete
          </button>
        ) : null}
      </div>
    </form>
  )
}

/** Whether Run uses this one, and the way to have it so. */
function Use({ id }: { id: string | null }) {
  const configurations = useConfigurations()
  const editable = useLive((state) => state.permissions.edit)
  if (configurations.list().length === 0) return null
  if (configurations.chosen === id) {
    return (
      <p className="in-use" data-testid="configuration-in-use">
        <Check size={14} aria-hidden="true" />
        Run uses this one
      </p>
    )
  }
  return (
    <button
      type="button"
      className="button primary"
      data-testid="configuration-use"
      disabled={!editable}
      onClick={() => configurations.choose(id)}
    >
      Use for Run
    </button>
  )
}

function Name({ id, isNew, disabled }: { id: string; isNew: boolean; disabled: boolean }) {
  const inputId = useId()
  const input = useRef<HTMLInputElement>(null)
  const configurations = useConfigurations()
  const [draft, setDraft] = useDraft(configurations.name(id), String, (text) => text.trim() || undefined)
  useEffect(() => {
    if (isNew) input.current?.select()
  }, [isNew])
  const empty = draft.trim() === ''
  return (
    <div className="form-row">
      <label htmlFor={inputId}>Name</label>
      <div>
        <input
          id={inputId}
          ref={input}
          className="field"
          data-testid="configuration-name"
          value={draft}
          maxLength={60}
          disabled={disabled}
          autoComplete="off"
          aria-invalid={empty}
          onChange={(event) => {
            setDraft(event.target.value)
            if (event.target.value.trim()) configurations.rename(id, event.target.value.trim())
          }}
        />
        {empty ? <p className="failure">A configuration needs a name.</p> : null}
      </div>
    </div>
  )
}

function Language({ id, disabled }: { id: string | null; disabled: boolean }) {
  const pickerId = useId()
  const configurations = useConfigurations()
  const runtimes = useLive((state) => state.runtimes)
  const runtime = useRuntimeOf(id)
  const own = configurations.read(id).runtime
  return (
    <div className="form-row">
      <label htmlFor={pickerId}>Language</label>
      <div>
        <RuntimePicker
          id={pickerId}
          testId="run-runtime"
          runtimes={runtimes}
          value={runtime?.id ?? own ?? ''}
          disabled={disabled}
          onChange={(chosen) => configurations.set(id, 'runtime', chosen.id)}
        />
        {id === null ? null : own === undefined ? (
          <p className="hint">The room’s language.</p>
        ) : (
          <button
            type="button"
            className="text-button"
            disabled={disabled}
            onClick={() => configurations.set(id, 'runtime', undefined)}
          >
            Use the room’s language
          </button>
        )}
      </div>
    </div>
  )
}

interface TerminalProps {
  checked: boolean
  disabled: boolean
  onChange: (checked: boolean) => void
}

function Terminal({ checked, disabled, onChange }: TerminalProps) {
  const id = useId()
  return (
    <div className="form-row">
      <span className="form-label">Terminal</span>
      <div>
        <label className="check-row" htmlFor={id}>
          <input
            id={id}
            type="checkbox"
            data-testid="run-tty"
            checked={checked}
            disabled={disabled}
            aria-describedby={`${id}-hint`}
            onChange={(event) => onChange(event.target.checked)}
          />
          Run in a terminal
        </label>
        <p className="hint" id={`${id}-hint`}>
          {checked
            ? 'Keys reach the program as they are typed; colours and full-screen programs work.'
            : 'Input goes line by line, errors come apart from output, as in a script.'}
        </p>
      </div>
    </div>
  )
}

/** The language that a configuration runs in. */
function useRuntimeOf(id: string | null) {
  const configurations = useConfigurations()
  const fallback = useLive((state) => state.room.runtime)
  const wanted = configurations.read(id).runtime ?? configurations.read(null).runtime ?? fallback
  return useLive((state) => state.runtimes.find((one) => one.id === wanted || one.language === wanted))
}
