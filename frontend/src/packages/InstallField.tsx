import { useId, useState, type FormEvent } from 'react'
import type { PackagesOfRuntime } from './usePackages'
import { requirementsIn } from './words'

/** Names with versions, to be installed for everybody. */
export function InstallField({ packages }: { packages: PackagesOfRuntime }) {
  const { runtime, allowed, busy, install } = packages
  const id = useId()
  const [text, setText] = useState('')
  const [refusal, setRefusal] = useState<string>()
  const requirements = requirementsIn(text)
  const example = runtime?.language === 'python' ? 'numpy requests>=2.32' : 'nanoid express@^5'

  const submit = async (event: FormEvent) => {
    event.preventDefault()
    if (requirements.length === 0 || busy) return
    setRefusal(undefined)
    try {
      await install(requirements)
      setText('')
    } catch (error) {
      setRefusal(error instanceof Error ? error.message : String(error))
    }
  }
  return (
    <form className="packages-install" onSubmit={(event) => void submit(event)}>
      <label htmlFor={id}>Install packages</label>
      <div>
        <input
          id={id}
          className="field mono"
          data-testid="packages-field"
          value={text}
          placeholder={example}
          autoComplete="off"
          autoCapitalize="off"
          spellCheck={false}
          disabled={!allowed}
          aria-invalid={refusal !== undefined}
          aria-describedby={`${id}-hint`}
          onChange={(event) => {
            setText(event.target.value)
            setRefusal(undefined)
          }}
        />
        <button
          className="button primary"
          data-testid="packages-install"
          disabled={!allowed || busy || requirements.length === 0}
        >
          Install
        </button>
      </div>
      <p
        className="hint"
        id={`${id}-hint`}
        data-bad={refusal !== undefined}
        role={refusal ? 'alert' : undefined}
      >
        {refusal ?? 'Several at once with blanks between; versions if you like.'}
      </p>
    </form>
  )
}
