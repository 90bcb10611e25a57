import { useEffect } from 'react'
import { useRoom } from '../app/useRoom'
import type { VariableRow } from './variableRows'

/** Reads what the rows that wait for it are to show. */
export function useReadRows(rows: readonly VariableRow[]): void {
  const { debug } = useRoom()
  const wanted = rows
    .filter(({ kind }) => kind === 'loading')
    .map(({ reference, page }) => ({ reference, page }))
  const key = JSON.stringify(wanted)
  useEffect(() => {
    for (const { reference, page } of wanted) void debug.variables(reference, page)
    // oxlint-disable-next-line react/exhaustive-deps -- `key` says what is wanted
  }, [debug, key])
}
