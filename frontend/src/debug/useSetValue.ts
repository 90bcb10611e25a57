import { useState } from 'react'
import { useLive, useRoom } from '../app/useRoom'
import { toast } from '../ui/toasts'
import { useMoving, useSession } from './useDebug'
import type { VariableRow } from './variableRows'

export interface SetValue {
  /** The variable whose value is being typed. */
  path: string | undefined
  failure: string
  begin: (row: VariableRow) => void
  cancel: () => void
  /** @returns Whether the value was taken. */
  commit: (row: VariableRow, value: string) => Promise<boolean>
}

/** Typing another value in place of a variable's own. */
export function useSetValue(): SetValue {
  const { debug } = useRoom()
  const allowed = useLive((state) => state.permissions.debug)
  const settable = useSession()?.capabilities.supportsSetVariable ?? false
  const moving = useMoving()
  const [path, setPath] = useState<string>()
  const [failure, setFailure] = useState('')
  const done = () => {
    setPath(undefined)
    setFailure('')
  }
  return {
    path,
    failure,
    begin: (row) => {
      if (row.kind !== 'variable' || !row.container || moving) return
      if (!allowed) toast.info('Viewers cannot set values.')
      else if (!settable) toast.info('This language’s debugger cannot set values.')
      else setPath(row.path)
    },
    cancel: done,
    commit: async (row, value) => {
      const refused = await debug.setVariable(row.container, row.name, value)
      if (refused) setFailure(refused)
      else done()
      return !refused
    },
  }
}
