import { Check, ChevronDown } from 'lucide-react'
import { Popover } from 'radix-ui'
import { useEffect, useId, useMemo, useRef, useState, type KeyboardEvent } from 'react'
import type { ImageState, Runtime } from '../api/types'
import { matching, title, type Language } from './matching'

const STATE: Record<ImageState, string> = {
  ready: 'ready',
  missing: 'built on first run',
  building: 'being built',
  failed: 'could not be built',
}
const PAGE = 8

interface Props {
  id: string
  testId: string
  runtimes: readonly Runtime[]
  /** The id of a runtime. */
  value: string
  disabled: boolean
  onChange: (runtime: Runtime) => void
}

/** A button that shows the chosen language and opens a list of all, which is searched by typing. */
export function RuntimePicker({ id, testId, runtimes, value, disabled, onChange }: Props) {
  const [open, setOpen] = useState(false)
  const chosen = runtimes.find((one) => one.id === value)
  const shown = chosen ? title(chosen) : value
  const choose = (runtime: Runtime) => {
    setOpen(false)
    onChange(runtime)
  }
  return (
    <Popover.Root open={open} onOpenChange={setOpen}>
      <Popover.Trigger
        id={id}
        className="field picker"
        data-testid={testId}
        disabled={disabled}
        aria-label={`Language: ${shown}`}
      >
        <span>
          {chosen?.name ?? value} <i>{chosen?.version}</i>
        </span>
        <ChevronDown size={16} aria-hidden="true" />
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          className="popover picker-panel"
          align="start"
          sideOffset={4}
          collisionPadding={8}
          aria-label="Languages"
        >
          <Search runtimes={runtimes} value={value} onChoose={choose} />
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  )
}

interface SearchProps {
  runtimes: readonly Runtime[]
  value: string
  onChoose: (runtime: Runtime) => void
}

function Search({ runtimes, value, onChoose }: SearchProps) {
  const [query, setQuery] = useState('')
  const [activeId, setActiveId] = useState(value)
  const listId = useId()
  const languages = useMemo(() => matching(runtimes, query, value), [runtimes, query, value])
  const options = languages.flatMap(({ versions }) => versions)
  const at = Math.max(
    0,
    options.findIndex((one) => one.id === activeId),
  )
  const active = options[at]

  const keys: Record<string, () => void> = {
    ArrowDown: () => move(at + 1),
    ArrowUp: () => move(at - 1),
    PageDown: () => move(at + PAGE),
    PageUp: () => move(at - PAGE),
    Enter: () => active && onChoose(active),
  }
  const move = (to: number) => {
    const next = options[Math.min(Math.max(to, 0), options.length - 1)]
    if (next) setActiveId(next.id)
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const act = keys[event.key]
    if (!act || event.nativeEvent.isComposing) return
    event.preventDefault()
    act()
  }

  return (
    <>
      <input
        className="field"
        role="combobox"
        data-testid="runtime-search"
        aria-label="Search languages"
        aria-expanded="true"
        aria-controls={listId}
        aria-autocomplete="list"
        aria-activedescendant={active && `${listId}-${active.id}`}
        placeholder="Search by name, version or file extension"
        autoComplete="off"
        spellCheck={false}
        value={query}
        onChange={(event) => {
          setQuery(event.target.value)
          setActiveId(event.target.value ? '' : value)
        }}
        onKeyDown={onKeyDown}
      />
      <div className="picker-list" id={listId} role="listbox" aria-label="Languages">
        {languages.map((language) => (
          <LanguageOptions
            key={language.id}
            listId={listId}
            language={language}
            value={value}
            active={active}
            onChoose={onChoose}
          />
        ))}
      </div>
      <p className="hint" role="status">
        {options.length === 0 ? `No language fits “${query}”.` : null}
      </p>
    </>
  )
}

interface LanguageProps {
  listId: string
  language: Language
  value: string
  active: Runtime | undefined
  onChoose: (runtime: Runtime) => void
}

function LanguageOptions({ listId, language, value, active, onChoose }: LanguageProps) {
  return (
    <div role="group" aria-label={language.name}>
      {language.versions.map((runtime, index) => (
        <Option
          key={runtime.id}
          id={`${listId}-${runtime.id}`}
          runtime={runtime}
          named={index === 0}
          chosen={runtime.id === value}
          active={runtime === active}
          onChoose={onChoose}
        />
      ))}
    </div>
  )
}

interface OptionProps {
  id: string
  runtime: Runtime
  /** Only a language's first version shows its name. */
  named: boolean
  chosen: boolean
  active: boolean
  onChoose: (runtime: Runtime) => void
}

function Option({ id, runtime, named, chosen, active, onChoose }: OptionProps) {
  const place = useRef<HTMLButtonElement>(null)
  useEffect(() => {
    if (active) place.current?.scrollIntoView({ block: 'nearest' })
  }, [active])
  return (
    <button
      ref={place}
      id={id}
      type="button"
      role="option"
      tabIndex={-1}
      aria-selected={chosen}
      data-active={active || undefined}
      data-state={runtime.state}
      data-testid={`runtime-${runtime.id}`}
      onClick={() => onChoose(runtime)}
    >
      <span className={named ? undefined : 'unseen'}>{runtime.name}</span> <span>{runtime.version}</span>{' '}
      <small>{STATE[runtime.state]}</small>
      {chosen ? <Check size={14} aria-hidden="true" /> : null}
    </button>
  )
}
