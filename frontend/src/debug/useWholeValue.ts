import { useEffect, useState } from 'react'
import { useLive, useRoom } from '../app/useRoom'
import type { VariableRow } from './variableRows'

/** So long the server tells the values of watches to all: what is longer is asked for. */
const TOLD = 2000

/** A value in full length, as far as the debugger tells it; what is known at once. */
export function useWholeValue({ value, expression, container }: VariableRow): string {
  const { debug } = useRoom()
  const allowed = useLive((state) => state.permissions.debug)
  const [whole, setWhole] = useState(value)
  const isCut = container === 0 && value.length >= TOLD
  useEffect(() => {
    if (!isCut || !expression || !allowed) return undefined
    let late = false
    debug.evaluate(expression, 'hover').then(
      ({ result }) => late || setWhole(result),
      () => undefined, // The program has gone on: what is known stays.
    )
    return () => {
      late = true
    }
  }, [allowed, debug, expression, isCut])
  return whole
}
