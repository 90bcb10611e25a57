import { CornerDownLeft } from 'lucide-react'
import { useState } from 'react'
import { useLive, useRoom } from '../app/useRoom'
import { useControl } from '../control/useControl'

/** Input for a program without a terminal: line by line, until somebody ends it. */
export function InputLine({ run }: { run: number }) {
  const { runs } = useRoom()
  const allowed = useLive((state) => state.permissions.run)
  const { holder, isOthers } = useControl('stdin')
  const [line, setLine] = useState('')
  if (!allowed) return null
  return (
    <form
      className="input-line"
      data-testid="input-line"
      onSubmit={(event) => {
        event.preventDefault()
        void runs.input(run, `${line}\n`)
        if (!isOthers) setLine('')
      }}
    >
      <input
        className="field mono"
        aria-label="Input"
        placeholder={isOthers ? `Only ${holder?.name ?? 'another'} types now` : 'A line of input'}
        value={line}
        autoComplete="off"
        spellCheck={false}
        onChange={(event) => setLine(event.target.value)}
      />
      <button className="button" disabled={isOthers}>
        <CornerDownLeft size={14} aria-hidden="true" />
        Send
      </button>
      <button
        type="button"
        className="button"
        data-testid="end-input"
        disabled={isOthers}
        onClick={() => void runs.endInput(run)}
      >
        End input
      </button>
    </form>
  )
}
