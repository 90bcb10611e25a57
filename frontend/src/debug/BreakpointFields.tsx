import type { Capabilities } from './protocol'
import { useSession } from './useDebug'

/** A breakpoint's texts, as far as its kind has them. */
export interface BreakpointTexts {
  function?: string
  condition: string
  hitCondition: string
  logMessage?: string
}

interface FieldOf {
  name: keyof BreakpointTexts
  label: string
  placeholder: string
  hint: string
}

const FIELDS: FieldOf[] = [
  { name: 'function', label: 'Function', placeholder: 'name', hint: 'As the debugger has it: add, main.add' },
  { name: 'condition', label: 'Stop only if', placeholder: 'always', hint: 'An expression of the language' },
  { name: 'hitCondition', label: 'Stop at hit', placeholder: 'every', hint: 'Such as 5, or >= 5' },
  {
    name: 'logMessage',
    label: 'Write instead of stopping',
    placeholder: 'stop, and write nothing',
    hint: 'Text; {expressions} in braces are evaluated',
  },
]

interface Props<Settings> {
  settings: Settings
  onChange: (settings: Settings) => void
}

/** The fields of what a breakpoint has, and whether it is enabled. */
export function BreakpointFields<Settings extends BreakpointTexts & { enabled: boolean }>({
  settings,
  onChange,
}: Props<Settings>) {
  const capabilities = useSession()?.capabilities
  return (
    <>
      {FIELDS.filter(({ name }) => settings[name] !== undefined).map(({ name, label, placeholder, hint }) => (
        <div key={name}>
          <label htmlFor={`breakpoint-${name}`}>{label}</label>
          <input
            id={`breakpoint-${name}`}
            className="field mono"
            data-testid={`breakpoint-${name}`}
            value={settings[name]}
            placeholder={placeholder}
            required={name === 'function'}
            maxLength={500}
            autoComplete="off"
            spellCheck={false}
            aria-describedby={`breakpoint-${name}-hint`}
            onChange={(event) => onChange({ ...settings, [name]: event.target.value })}
          />
          <p className="hint" id={`breakpoint-${name}-hint`}>
            {hintOf(name, hint, capabilities)}
          </p>
        </div>
      ))}
      <label className="check">
        <input
          type="checkbox"
          data-testid="breakpoint-enabled"
          checked={settings.enabled}
          onChange={(event) => onChange({ ...settings, enabled: event.target.checked })}
        />
        Enabled
      </label>
    </>
  )
}

function hintOf(name: keyof BreakpointTexts, hint: string, capabilities: Capabilities | undefined): string {
  const lacking = name === 'hitCondition' && capabilities?.supportsHitConditionalBreakpoints === false
  return lacking ? 'This debugger counts no hits' : hint
}
