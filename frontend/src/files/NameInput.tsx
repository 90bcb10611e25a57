import { useEffect, useRef, useState, type CSSProperties } from 'react'
import { pathProblem } from '../collab/workspace'

interface Props {
  level: number
  initial: string
  taken: string[]
  onDone: (path: string) => void
  onCancel: () => void
}

/** Takes a file's path in the list itself. Leaving it with a good name keeps the name. */
export function NameInput({ level, initial, taken, onDone, onCancel }: Props) {
  const [path, setPath] = useState(initial)
  const [tried, setTried] = useState(false)
  const input = useRef<HTMLInputElement>(null)
  const closed = useRef(false)
  const trimmed = path.trim()
  const problem = pathProblem(trimmed, taken)

  useEffect(() => {
    const element = input.current
    if (!element) return
    element.focus()
    const start = initial.lastIndexOf('/') + 1
    const dot = initial.lastIndexOf('.')
    element.setSelectionRange(start, dot > start ? dot : initial.length)
  }, [initial])

  const finish = (finished: () => void) => {
    if (closed.current) return
    closed.current = true
    finished()
  }
  const submit = () => {
    setTried(true)
    if (trimmed === initial) finish(onCancel)
    else if (!problem) finish(() => onDone(trimmed))
  }

  return (
    <div
      className="tree-input"
      role="treeitem"
      aria-level={level + 1}
      aria-selected={false}
      aria-label="Name of the file"
      style={{ '--level': level } as CSSProperties}
    >
      <input
        ref={input}
        className="field mono"
        data-testid="file-name-input"
        aria-label="File name"
        aria-invalid={tried && problem !== undefined}
        aria-describedby="file-name-problem"
        placeholder="name.py or folder/name.py"
        spellCheck={false}
        autoComplete="off"
        value={path}
        onChange={(event) => setPath(event.target.value)}
        onKeyDown={(event) => {
          event.stopPropagation()
          if (event.key === 'Enter') {
            event.preventDefault()
            submit()
          }
          if (event.key === 'Escape') finish(onCancel)
        }}
        onBlur={() => (problem || trimmed === initial ? finish(onCancel) : submit())}
      />
      <p id="file-name-problem" role="alert">
        {tried || (trimmed && problem) ? problem : ''}
      </p>
    </div>
  )
}
