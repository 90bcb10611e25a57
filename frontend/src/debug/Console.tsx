import { useEffect, useRef, useState } from 'react'
import { useLive } from '../app/useRoom'
import { ConsoleField } from './ConsoleField'
import { ConsoleValue } from './ConsoleValue'
import type { SaidEntry } from './session'
import { useSession } from './useDebug'

/** What the debugger says, and what anybody asks it: the same for the whole room. */
export function Console() {
  const session = useSession()
  const transcript = useLive((state) => state.debug.transcript)
  const allowed = useLive((state) => state.permissions.debug)
  const entries = session?.console ?? transcript
  const [failure, setFailure] = useState('')
  const log = useRef<HTMLDivElement>(null)
  const pinned = useRef(true)

  useEffect(() => {
    const element = log.current
    if (element && pinned.current) element.scrollTop = element.scrollHeight
  }, [entries, failure])

  return (
    <section className="debug-console" aria-label="Debug console" data-testid="debug-console">
      <div
        className="debug-log"
        role="log"
        ref={log}
        tabIndex={0}
        aria-label="What was said"
        onScroll={({ currentTarget: { scrollTop, scrollHeight, clientHeight } }) => {
          pinned.current = scrollHeight - scrollTop - clientHeight < 8
        }}
      >
        {entries.length === 0 && !failure ? (
          <p className="debug-none">
            {session && allowed
              ? 'Type an expression: it is evaluated in the shown frame, and everybody sees the answer.'
              : 'What log points write, and answers of the debugger, appear here.'}
          </p>
        ) : null}
        {entries.map((entry) => (
          <Entry key={entry.id} entry={entry} />
        ))}
        {failure ? (
          <p className="debug-entry" data-category="failure" role="alert">
            {failure}
          </p>
        ) : null}
      </div>
      {session && allowed ? (
        <ConsoleField
          completes={session.capabilities.supportsCompletionsRequest ?? false}
          onFailure={setFailure}
        />
      ) : null}
    </section>
  )
}

function Entry({ entry }: { entry: SaidEntry }) {
  const { category, output, by, expression, failed } = entry
  const name = useLive((state) => state.participants.find(({ id }) => id === by)?.name)
  return (
    <div className="debug-entry" data-category={failed ? 'failure' : category} data-testid="console-entry">
      {expression ? (
        <p className="debug-asked">
          {expression}
          {name ? <small>{name}</small> : null}
        </p>
      ) : null}
      {entry.variablesReference ? (
        <ConsoleValue entry={entry} />
      ) : output ? (
        <LongText text={output.replace(/\n$/, '')} failed={failed ?? false} />
      ) : null}
    </div>
  )
}

const SHOWN_CHARACTERS = 1000

/** What was said, cut where it is long until the whole is asked for. Of a traceback the last line says what is wrong. */
function LongText({ text, failed }: { text: string; failed: boolean }) {
  const [whole, setWhole] = useState(false)
  const traced = failed && text.startsWith('Traceback (')
  const short = traced ? (text.split('\n').at(-1) ?? '') : text.slice(0, SHOWN_CHARACTERS)
  if (whole || short === text) return <pre>{text}</pre>
  return (
    <>
      <pre>{traced ? short : `${short}…`}</pre>
      <button className="text-button" onClick={() => setWhole(true)}>
        Show whole
      </button>
    </>
  )
}
