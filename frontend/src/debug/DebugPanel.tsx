import { ChevronRight, X } from 'lucide-react'
import { useState, type ReactNode } from 'react'
import { Group, Panel, Separator, useDefaultLayout } from 'react-resizable-panels'
import { useLive, useRoom } from '../app/useRoom'
import { ControlChip } from '../control/ControlChip'
import { outcomeWords, type Words } from '../runs/words'
import '../styles/debug.css'
import { BreakpointList } from './BreakpointList'
import { CallStack } from './CallStack'
import { Console } from './Console'
import { Deadline } from './Deadline'
import { Failure } from './Failure'
import { AddFunctionBreakpoint } from './FunctionBreakpointList'
import type { DebugSession } from './session'
import { Toolbar } from './Toolbar'
import { useRunningText, useSession, useStanding, useStartHurdle } from './useDebug'
import { toneOf } from './useSessionWords'
import { Variables } from './Variables'
import { AddWatch, Watches } from './Watches'
import { standingWords } from './words'

/** The room's debug session: beside the editor, or the whole of a narrow screen. */
export default function DebugPanel({ narrow = false }: { narrow?: boolean }) {
  const { debug } = useRoom()
  const session = useSession()
  const rows = useDefaultLayout({ id: 'codlab.debugger', storage: localStorage })
  return (
    <section className="debug-panel" aria-label="Debugger" data-pane="debug" data-testid="debug-panel">
      <div className="pane-header">
        <h2>Debugger</h2>
        <State />
        {narrow ? null : (
          <button
            className="icon-button small"
            aria-label="Close the debugger"
            onClick={() => debug.local.setState({ panel: false })}
          >
            <X size={14} aria-hidden="true" />
          </button>
        )}
      </div>
      {session ? (
        <div className="debug-head">
          <Toolbar />
          <ControlChip what="debug" />
          <Deadline at={session.deadline} />
          <Failure session={session} />
          <Inexact />
        </div>
      ) : (
        <Start />
      )}
      <Group orientation="vertical" className="debug-group" {...rows}>
        <Panel id="debug-parts" minSize="120px">
          <Sections />
        </Panel>
        <Separator className="separator" aria-label="Resize the debug console" />
        <Panel id="debug-log" defaultSize="30%" minSize="84px">
          <Console />
        </Panel>
      </Group>
    </section>
  )
}

function State() {
  const session = useSession()
  const standing = useStanding()
  const ended = useEnding()
  const { text, tone } = session ? stateWords(session, standing) : (ended ?? NOTHING)
  return (
    <p
      className="run-status"
      data-testid="debug-state"
      data-state={session ? (standing ? 'stopped' : session.state) : 'none'}
      data-stop={session?.stop?.stop}
      data-tone={tone}
    >
      {text ? <i className="dot" aria-hidden="true" /> : null}
      <span title={text}>{text}</span>
    </p>
  )
}

const NOTHING: Words = { text: '', tone: 'quiet' }

function stateWords(session: DebugSession, standing: boolean): Words {
  if (session.state === 'starting') return { text: 'Starting', tone: 'busy' }
  if (!standing || !session.stop) return { text: 'Running', tone: 'busy' }
  return { text: standingWords(session.stop), tone: toneOf(session) }
}

/** How the last session ended, in the words that its run has over the output. */
function useEnding(): Words | undefined {
  const ended = useLive((state) => state.debug.ended)
  const run = useLive((state) => state.runs.find(({ number }) => number === ended?.run))
  if (!ended) return undefined
  return run?.outcome ? outcomeWords(run) : { text: ended.outcome ?? 'Ended', tone: 'quiet' }
}

/** Before a session and after one: the way into the next. */
function Start() {
  const { debug } = useRoom()
  const hurdle = useStartHurdle()
  const ended = useLive((state) => state.debug.ended)
  return (
    <div className="debug-start">
      {hurdle ? (
        <p>{hurdle}.</p>
      ) : (
        <button className="button" onClick={() => void debug.start()}>
          {ended ? 'Debug again' : 'Start debugging'}
        </button>
      )}
    </div>
  )
}

/** Says that lines may be off, where this page cannot know what ran. */
function Inexact() {
  const text = useRunningText()
  if (!text || text.exact) return null
  return (
    <p className="debug-inexact" data-testid="debug-inexact">
      The text was changed before you came: lines may be shown a little off.
    </p>
  )
}

function Sections() {
  const [adding, setAdding] = useState(false)
  const [naming, setNaming] = useState(false)
  const session = useSession()
  return (
    <div className="debug-sections">
      {session ? (
        <>
          <Section title="Call stack">
            <CallStack />
          </Section>
          <Section title="Variables">
            <Variables />
          </Section>
        </>
      ) : null}
      <Section title="Watches" action={<AddWatch onAdd={() => setAdding(true)} />}>
        <Watches adding={adding} onAdded={() => setAdding(false)} />
      </Section>
      <Section title="Breakpoints" action={<AddFunctionBreakpoint onAdd={() => setNaming(true)} />}>
        <BreakpointList adding={naming} onAdded={() => setNaming(false)} />
      </Section>
    </div>
  )
}

function Section({ title, action, children }: { title: string; action?: ReactNode; children: ReactNode }) {
  const [open, setOpen] = useState(true)
  return (
    <section className="debug-section" aria-label={title}>
      <div className="debug-section-head">
        <h3>
          <button aria-expanded={open} onClick={() => setOpen(!open)}>
            <ChevronRight size={13} data-open={open} aria-hidden="true" />
            {title}
          </button>
        </h3>
        {open ? action : null}
      </div>
      {open ? children : null}
    </section>
  )
}
