import { useRef } from 'react'
import type { SetValue } from './useSetValue'
import type { VariableRow } from './variableRows'

interface Props extends SetValue {
  row: VariableRow
}

/** A variable's value while another one is typed. Enter sets it, Escape leaves it. */
export function ValueField({ row, failure, cancel, commit }: Props) {
  const left = useRef(false)
  return (
    <span className="debug-set">
      <span className="debug-name">{row.name}</span>
      <input
        className="field mono"
        data-testid="variable-field"
        aria-label={`Value of ${row.name}`}
        aria-invalid={failure !== ''}
        defaultValue={row.value}
        // oxlint-disable-next-line jsx-a11y/no-autofocus -- asked for by Enter or a double click on it
        autoFocus
        autoComplete="off"
        spellCheck={false}
        onFocus={(event) => event.target.select()}
        onBlur={() => left.current || cancel()}
        onKeyDown={(event) => {
          event.stopPropagation()
          const item = event.currentTarget.closest<HTMLElement>('[role=treeitem]')
          if (event.key === 'Escape') {
            left.current = true
            cancel()
            item?.focus()
          }
          if (event.key === 'Enter') {
            const { value } = event.currentTarget
            left.current = true
            void commit(row, value).then((taken) => {
              left.current = taken
              return taken ? item?.focus() : undefined
            })
          }
        }}
      />
      {failure ? (
        <span className="debug-failure" role="alert">
          {failure}
        </span>
      ) : null}
    </span>
  )
}
