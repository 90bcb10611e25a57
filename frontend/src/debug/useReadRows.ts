import { useEffect } from 'react'
import { useRoom } from '../app/useRoom'
import { useSession } from './useDebug'
import type { VariableRow } from './variableRows'

/** Reads what the rows that wait for it are to show. */
export function useReadRows(rows: readonly VariableRow[]): void {
  const { debug } = useRoom()
  const stop = useSession()?.stop?.stop
  const wanted = rows
    .filter(({ kind }) => kind === 'loading')
    .map(({ reference, part }) => ({ reference, part }))
  const key = JSON.stringify([stop, wanted])
  useEffect(() => {
    for (const { reference, part } of wanted) void debug.variables(reference, part)
    // oxlint-disable-next-line react/exhaustive-deps -- `key` says what is wanted
  }, [debug, key])
}
