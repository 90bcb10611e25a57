import { ChevronDown, Plus, X } from 'lucide-react'
import { useId } from 'react'
import type { FileEntry } from '../collab/workspace'
import { formatArguments, parseArguments } from '../runs/arguments'
import { readVariables, variablesOf, isVariableName } from './variables'
import { useDraft } from './useConfigurations'

interface FileSelectProps {
  label: string
  testId: string
  files: readonly FileEntry[]
  value: string | undefined
  /** What it is without a file. */
  none: string
  disabled: boolean
  onChange: (path: string | undefined) => void
}

/** Chooses one of the room's files, or none; a chosen one that is gone is shown as missing. */
export function FileSelect({ label, testId, files, value, none, disabled, onChange }: FileSelectProps) {
  const id = useId()
  const missing = value !== undefined && !files.some((file) => file.path === value)
  return (
    <div className="form-row">
      <label htmlFor={id}>{label}</label>
      <span className="select">
        <select
          id={id}
          className="field"
          data-testid={testId}
          value={value ?? ''}
          disabled={disabled}
          aria-invalid={missing}
          onChange={(event) => onChange(event.target.value || undefined)}
        >
          <option value="">{none}</option>
          {missing ? <option value={value}>{value} (missing)</option> : null}
          {files.map((file) => (
            <option key={file.id} value={file.path}>
              {file.path}
            </option>
          ))}
        </select>
        <ChevronDown size={16} aria-hidden="true" />
      </span>
    </div>
  )
}

interface FieldProps<T> {
  value: T
  disabled: boolean
  onChange: (value: T | undefined) => void
}

export function Arguments({ value, disabled, onChange }: FieldProps<readonly string[]>) {
  const id = useId()
  const [draft, setDraft] = useDraft(value, formatArguments, parseArguments)
  const parsed = parseArguments(draft)
  return (
    <div className="form-row">
      <label htmlFor={id}>Arguments</label>
      <div>
        <input
          id={id}
          className="field mono"
          data-testid="run-args"
          value={draft}
          disabled={disabled}
          placeholder="none"
          autoComplete="off"
          spellCheck={false}
          aria-invalid={!parsed}
          aria-describedby={`${id}-hint`}
          onChange={(event) => {
            setDraft(event.target.value)
            const args = parseArguments(event.target.value)
            if (args) onChange(args.length > 0 ? args : undefined)
          }}
        />
        <p className="hint" id={`${id}-hint`} data-bad={!parsed}>
          {parsed ? 'Separated by spaces; quote what contains one.' : 'A quotation mark is not closed.'}
        </p>
      </div>
    </div>
  )
}

/** Variables, one a line. Their values are everybody's to read, and that is said where they are typed. */
export function Environment({ value, disabled, onChange }: FieldProps<Record<string, string>>) {
  const id = useId()
  const [rows, setRows] = useDraft(value, variablesOf, readVariables)
  const change = (next: typeof rows) => {
    setRows(next)
    const env = readVariables(next)
    if (env) onChange(Object.keys(env).length > 0 ? env : undefined)
  }
  const bad = rows.some(({ name }) => name !== '' && !isVariableName(name))
  return (
    <div className="form-row" role="group" aria-labelledby={id}>
      <span className="form-label" id={id}>
        Environment
      </span>
      <div>
        {rows.map((row, at) => (
          <div className="variable" key={at}>
            <input
              className="field mono"
              data-testid="env-name"
              aria-label={`Name of variable ${at + 1}`}
              placeholder="NAME"
              value={row.name}
              disabled={disabled}
              autoComplete="off"
              spellCheck={false}
              aria-invalid={row.name !== '' && !isVariableName(row.name)}
              onChange={(event) => change(rows.with(at, { ...row, name: event.target.value }))}
            />
            <input
              className="field mono"
              data-testid="env-value"
              aria-label={`Value of ${row.name || `variable ${at + 1}`}`}
              placeholder="value"
              value={row.value}
              disabled={disabled}
              autoComplete="off"
              spellCheck={false}
              onChange={(event) => change(rows.with(at, { ...row, value: event.target.value }))}
            />
            <button
              type="button"
              className="icon-button"
              aria-label={`Remove ${row.name || `variable ${at + 1}`}`}
              disabled={disabled}
              onClick={() => change(rows.toSpliced(at, 1))}
            >
              <X size={14} aria-hidden="true" />
            </button>
          </div>
        ))}
        <button
          type="button"
          className="text-button"
          data-testid="env-add"
          disabled={disabled}
          onClick={() => setRows([...rows, { name: '', value: '' }])}
        >
          <Plus size={13} aria-hidden="true" /> Add a variable
        </button>
        <p className="hint" data-bad={bad}>
          {bad
            ? 'A name has letters, digits and _, and begins with no digit.'
            : 'Everybody in the room can read these values: put no passwords here.'}
        </p>
      </div>
    </div>
  )
}
