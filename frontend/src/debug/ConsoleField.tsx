import { useEffect, useRef, useState, type KeyboardEvent } from 'react'
import { useRoom } from '../app/useRoom'
import { CommandError } from '../collab/commands'
import { ConsoleHistory } from './consoleHistory'
import { completed, offersFor, type Completion } from './completions'

const TYPING_MS = 120

interface Props {
  /** The debugger completes; else the names in the shown frame are offered. */
  completes: boolean
  onFailure: (words: string) => void
}

/** Where an expression is typed. Up and Down bring earlier ones back, Tab completes. */
export function ConsoleField({ completes, onFailure }: Props) {
  const { debug } = useRoom()
  const field = useRef<HTMLInputElement>(null)
  const [history] = useState(() => new ConsoleHistory())
  const [text, setText] = useState('')
  const offers = useOffers(text, field, completes)
  const { list, chosen } = offers

  const submit = async () => {
    const expression = text.trim()
    if (!expression) return
    history.add(expression)
    setText('')
    onFailure('')
    try {
      await debug.evaluate(expression, 'repl')
    } catch (error) {
      // What the program's debugger has against it stands in everybody's console already.
      const shown = error instanceof CommandError && error.code === 'invalid'
      if (!shown) onFailure(error instanceof Error ? error.message : String(error))
    }
  }
  const accept = (offer: Completion) => {
    setText(completed(text, field.current?.selectionStart ?? text.length, offer))
    offers.close()
  }
  const act = (key: string): boolean => {
    const offer = list[chosen]
    if (key === 'Tab' && list.length > 0) accept(list[Math.max(chosen, 0)] as Completion)
    else if (key === 'Enter' && offer) accept(offer)
    else if (key === 'Enter') void submit()
    else if (key === 'Escape' && list.length > 0) offers.close()
    else if (key === 'ArrowDown' && list.length > 0) offers.choose(Math.min(chosen + 1, list.length - 1))
    else if (key === 'ArrowUp' && list.length > 0 && chosen >= 0) offers.choose(chosen - 1)
    else if (key === 'ArrowUp') setText(history.earlier(text))
    else if (key === 'ArrowDown') setText(history.later(text))
    else return false
    return true
  }
  const pressed = (event: KeyboardEvent) => {
    if (!event.shiftKey && !event.nativeEvent.isComposing && act(event.key)) event.preventDefault()
  }

  return (
    <div className="debug-prompt">
      {list.length > 0 ? (
        <div className="debug-offers" role="listbox" id="debug-offers" aria-label="Completions">
          {list.map((offer, index) => (
            <button
              key={`${offer.label} ${index}`}
              id={`debug-offer-${index}`}
              role="option"
              tabIndex={-1}
              aria-selected={index === chosen}
              onMouseDown={(event) => event.preventDefault()}
              onClick={() => accept(offer)}
            >
              {offer.label}
            </button>
          ))}
        </div>
      ) : null}
      <span aria-hidden="true">›</span>
      <input
        className="mono"
        ref={field}
        data-testid="console-field"
        role="combobox"
        aria-label="Evaluate an expression"
        aria-expanded={list.length > 0}
        aria-controls="debug-offers"
        aria-activedescendant={chosen >= 0 ? `debug-offer-${chosen}` : undefined}
        aria-autocomplete="list"
        value={text}
        placeholder="Evaluate"
        autoComplete="off"
        autoCapitalize="off"
        spellCheck={false}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={pressed}
        onBlur={offers.close}
      />
    </div>
  )
}

/** What the adapter offers for what stands before the cursor, a moment after it was typed. */
function useOffers(text: string, field: React.RefObject<HTMLInputElement | null>, completes: boolean) {
  const { debug } = useRoom()
  const [offered, setOffered] = useState<{ text: string; list: Completion[] }>({ text: '', list: [] })
  const [chosen, choose] = useState(-1)

  useEffect(() => {
    choose(-1)
    if (!/[\p{L}\p{N}_$.]$/u.test(text)) return undefined
    let late = false
    const timer = setTimeout(() => {
      const cursor = field.current?.selectionStart ?? text.length
      const asked = completes ? debug.completions(text, cursor + 1) : Promise.resolve(debug.namesInFrame())
      asked.then(
        (targets) => late || setOffered({ text, list: offersFor(text.slice(0, cursor), targets) }),
        () => late || setOffered({ text, list: [] }), // Typing goes on without offers.
      )
    }, TYPING_MS)
    return () => {
      late = true
      clearTimeout(timer)
    }
  }, [completes, debug, field, text])

  return {
    list: offered.text === text ? offered.list : [],
    chosen,
    choose,
    close: () => setOffered({ text: '', list: [] }),
  }
}
