import { useEffect, useState } from 'react'
import { useLive, useRoom } from '../app/useRoom'
import type { Watched } from './protocol'
import { evaluationKey, standingFrame, type DebugSession } from './session'
import { useLocal, useSession, useShownFrame, useStanding } from './useDebug'
import { useUnread } from './useUnread'
import { insideOf, type VariableRow } from './variableRows'
import type { Watch } from './watches'

export interface WatchRow extends VariableRow {
  /** Undefined for what is inside of a value. */
  watch: Watch | undefined
  failure: string
  /** The value is of the last stop: this one's is on its way. */
  stale: boolean
}

/**
 * The watches with their values. Where the program stands the server evaluates them for the room; in another frame
 * each page asks for its own.
 */
export function useWatchRows(list: readonly Watch[]): WatchRow[] {
  const session = useSession()
  const standing = useStanding()
  const frame = useShownFrame()
  const expanded = useLocal((local) => local.expanded)
  const unread = useUnread()
  const elsewhere = session?.stop && frame && frame.id !== standingFrame(session.stop)?.id
  const failures = useOwnEvaluations(list, elsewhere ? frame.id : undefined)

  if (!session || !standing) return list.map((watch) => watchRow(watch, undefined, expanded))
  return list.flatMap((watch) => {
    const { expression } = watch
    const own = session.evaluations[evaluationKey(frame?.id, expression)]
    const failure = failures.get(expression)
    const found = elsewhere
      ? (own ?? (failure === undefined ? undefined : { failure }))
      : valueHere(session, expression, own)
    const row = watchRow(watch, found, expanded)
    row.stale = !elsewhere && !own && session.watched.stop !== session.stop?.stop
    const inside =
      row.stale || !found?.variablesReference
        ? []
        : insideOf(
            row,
            { ...found, variablesReference: found.variablesReference },
            { ...session, expanded, unread },
          )
    return [row, ...inside.map((one) => ({ ...one, watch: undefined, failure: '', stale: false }))]
  })
}

type Found = Omit<Watched, 'expression'>

/** What the server has told of it; what somebody has asked for since, where that failed. */
function valueHere({ watched }: DebugSession, expression: string, own: Found | undefined): Found | undefined {
  const told = watched.values[expression]
  return told?.failure === undefined ? (told ?? own) : (own ?? told)
}

/** Evaluates what is watched in another frame than the one where the program stands. @returns What failed, and why. */
function useOwnEvaluations(list: readonly Watch[], frame: number | undefined): ReadonlyMap<string, string> {
  const { debug } = useRoom()
  const session = useSession()
  const allowed = useLive((state) => state.permissions.debug)
  const [failures, setFailures] = useState<ReadonlyMap<string, string>>(new Map())
  const stop = session?.state === 'stopped' ? session.stop?.stop : undefined
  const expressions = JSON.stringify(list.map(({ expression }) => expression))

  useEffect(() => {
    if (stop === undefined || frame === undefined) return undefined
    const all = new Set(JSON.parse(expressions) as string[])
    if (!allowed) {
      setFailures(new Map([...all].map((expression) => [expression, 'Not evaluated in this frame.'])))
      return undefined
    }
    let late = false
    setFailures(new Map())
    for (const expression of all) {
      debug.watch(expression).catch((error: Error) => {
        if (!late) setFailures((before) => new Map([...before, [expression, error.message]]))
      })
    }
    return () => {
      late = true
    }
  }, [allowed, debug, expressions, frame, stop, session?.revision])
  return failures
}

function watchRow(watch: Watch, found: Found | undefined, expanded: ReadonlyMap<string, boolean>): WatchRow {
  const path = `watch ${watch.id}`
  return {
    path,
    level: 1,
    kind: 'variable',
    name: watch.expression,
    expression: watch.expression,
    value: found?.result ?? '',
    type: found?.type ?? '',
    expandable: (found?.variablesReference ?? 0) > 0,
    expanded: expanded.get(path) ?? false,
    reference: found?.variablesReference ?? 0,
    container: 0,
    watch,
    failure: found?.failure ?? '',
    stale: false,
  }
}
