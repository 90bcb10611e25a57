/** The debugger's words on the room socket; names and ids are the Debug Adapter Protocol's own. */
export interface Frame {
  id: number
  name: string
  /** A workspace path; null where the frame's source is outside of the workspace. */
  file: string | null
  /** Counted from 1, in the text that runs. */
  line: number
  column?: number
  presentationHint?: string
}

export interface Thread {
  id: number
  name: string
}

export interface Scope {
  name: string
  presentationHint?: string
  variablesReference: number
  namedVariables?: number
  indexedVariables?: number
  expensive?: boolean
}

export interface Variable {
  name: string
  value: string
  type?: string
  evaluateName?: string
  /** 0 where there is nothing inside. */
  variablesReference: number
  namedVariables?: number
  indexedVariables?: number
  presentationHint?: { kind?: string; attributes?: string[]; lazy?: boolean }
}

export interface Evaluation {
  result: string
  type?: string
  variablesReference: number
  namedVariables?: number
  indexedVariables?: number
}

/** What an expression is that the room watches, where the program stands. */
export interface Watched extends Partial<Evaluation> {
  expression: string
  /** Why it has no value there. */
  failure?: string
}

export interface ExceptionFilter {
  filter: string
  label: string
  description?: string
  default?: boolean
}

/** What the adapter can do; only what the page asks about. */
export interface Capabilities {
  supportsStepBack?: boolean
  supportsSetVariable?: boolean
  supportsCompletionsRequest?: boolean
  supportsEvaluateForHovers?: boolean
  supportsConditionalBreakpoints?: boolean
  supportsHitConditionalBreakpoints?: boolean
  supportsLogPoints?: boolean
  supportsFunctionBreakpoints?: boolean
  supportsRestartRequest?: boolean
  exceptionBreakpointFilters?: ExceptionFilter[]
}

/** What the adapter made of a breakpoint of the document. */
export interface Verification {
  id: string
  verified: boolean
  line?: number
  message?: string
}

export interface ConsoleEntry {
  category: string
  output: string
  by?: string
  expression?: string
  /** The expression could not be evaluated: the output says why. */
  failed?: boolean
  valueType?: string
  /** Set where the value can be opened, while the program stands at `stop`. */
  variablesReference?: number
  namedVariables?: number
  indexedVariables?: number
  stop?: number
}

export interface Exceptions {
  filters: ExceptionFilter[]
  chosen: string[]
}

/** Where the program stands. */
export interface Stop {
  stop: number
  reason: string
  description?: string | null
  text?: string | null
  threadId: number
  /** The innermost frame that is in a file of the room; null where none is. */
  frameId: number | null
  file: string | null
  /** In the text that runs, counted from 1; null without a file. */
  line: number | null
  column?: number
  frames: Frame[]
  /** How deep the stack is, where the adapter says so. */
  totalFrames?: number | null
  threads: Thread[]
}

/** The session as the server's snapshot has it. */
export interface DebugSnapshot extends Partial<Stop> {
  state: 'starting' | 'running' | 'stopped'
  run: number
  driver: string | null
  by: string
  capabilities: Capabilities
  exceptions: Exceptions
  breakpoints: Verification[]
  console: ConsoleEntry[]
  deadline: number | null
  scopes?: Record<string, Scope[]>
  variables?: Record<string, Variable[]>
  watches?: Watched[]
}

type OfRun = { run: number }

export type DebugEvent =
  | (OfRun & { type: 'debug.starting'; driver: string | null; by: string })
  | (OfRun & {
      type: 'debug.started'
      capabilities: Capabilities
      exceptions: Exceptions
      deadline: number | null
    })
  | (OfRun & Stop & { type: 'debug.stopped'; driver: string | null })
  | (OfRun & { type: 'debug.continued'; stop: number; by: string | null })
  | (OfRun & ConsoleEntry & { type: 'debug.output' })
  | (OfRun & { type: 'debug.breakpoints'; breakpoints: Verification[] })
  | (OfRun & { type: 'debug.scopes'; stop: number; frameId: number; scopes: Scope[] })
  | (OfRun & {
      type: 'debug.variables'
      stop: number
      variablesReference: number
      variables: Variable[]
      start: number
      count: number
      filter?: string
    })
  | (OfRun &
      Omit<Evaluation, 'type'> & {
        type: 'debug.evaluated'
        stop: number
        frameId: number | null
        expression: string
        valueType?: string
      })
  | (OfRun & { type: 'debug.watches'; stop: number; frameId: number | null; watches: Watched[] })
  | (OfRun & { type: 'debug.exceptions'; exceptions: Exceptions })
  | (OfRun & { type: 'debug.extended'; deadline: number | null })
  | (OfRun & { type: 'debug.ended'; outcome: string | null })
