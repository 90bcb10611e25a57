import { useState } from 'react'

interface Props {
  label: string
  placeholder: string
  testId: string
  initial: string
  onDone: (text: string) => void
}

/**
 * One line of text that the panel was asked for: done by Enter or on leaving it, given up by Escape. The keys lead
 * back to where the focus was.
 */
export function PanelField({ label, placeholder, testId, initial, onDone }: Props) {
  const [before] = useState(() => document.activeElement)
  return (
    <input
      className="field mono debug-expression"
      data-testid={testId}
      aria-label={label}
      placeholder={placeholder}
      defaultValue={initial}
      maxLength={500}
      // oxlint-disable-next-line jsx-a11y/no-autofocus -- asked for by a press on Add or on the watch
      autoFocus
      autoComplete="off"
      spellCheck={false}
      onBlur={(event) => onDone(event.target.value)}
      onKeyDown={(event) => {
        event.stopPropagation()
        if (event.key === 'Escape') event.currentTarget.value = initial
        if (event.key !== 'Enter' && event.key !== 'Escape') return
        event.preventDefault() // or the key would go on to press what has the focus next
        event.currentTarget.blur()
        if (before instanceof HTMLElement) before.focus()
      }}
    />
  )
}
