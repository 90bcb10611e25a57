/** The debugger's words on the room socket; names and ids are the Debug Adapter Protocol's own. */
import type { Run } from '../api/types'

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
  file: string | null
  line: number
  column?: number
  frames: Frame[]
  threads: Thread[]
}

/** The session as the server's snapshot has it. */
export interface DebugSnapshot extends Partial<Stop> {
  state: 'starting' | 'running' | 'stopped'
  run: number | Run
  driver: string | null
  by: string
  capabilities?: Capabilities | null
  exceptions?: Exceptions | null
  breakpoints?: Verification[]
  console?: ConsoleEntry[]
  deadline?: number | null
  scopes?: Record<string, Scope[]>
  variables?: Record<string, Variable[]>
}

export type DebugEvent =
  | ({ type: 'debug.starting' } & Omit<DebugSnapshot, 'state'>)
  | ({ type: 'debug.stopped'; run: number | Run; driver: string | null; deadline?: number | null } & Stop)
  | {
      type: 'debug.continued'
      run: number | Run
      stop?: number
      by?: string | null
      deadline?: number | null
    }
  | ({ type: 'debug.output'; run: number | Run } & ConsoleEntry)
  | { type: 'debug.breakpoints'; run: number | Run; breakpoints: Verification[] }
  | { type: 'debug.variables'; stop: number; variablesReference: number; variables: Variable[] }
  | { type: 'debug.ended'; run: number | Run; outcome: string | null }
