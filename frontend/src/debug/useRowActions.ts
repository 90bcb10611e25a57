import { useLive, useRoom } from '../app/useRoom'
import { copyText } from '../ui/copy'
import { toast } from '../ui/toasts'
import { useSession } from './useDebug'
import type { VariableRow } from './variableRows'

/** Something that can be done with a row. */
export interface RowAction {
  name: string
  keys?: string
  act: () => void
}

interface Acts {
  set: (row: VariableRow) => void
  show: (row: VariableRow) => void
}

/** What can be done with a value, by who looks at it. */
export function useRowActions({ set, show }: Acts) {
  const { debug } = useRoom()
  const you = useLive((state) => state.you.id)
  const { edit, debug: allowed } = useLive((state) => state.permissions)
  const settable = useSession()?.capabilities.supportsSetVariable ?? false

  const actions = (row: VariableRow): RowAction[] => {
    const { expression, container } = row
    const list: RowAction[] = []
    if (row.value || row.type)
      list.push({ name: 'Copy the value', keys: 'Ctrl C', act: () => copyValue(row) })
    if (expression) {
      list.push({ name: 'Copy as expression', act: () => void copied(expression, 'The expression') })
      const watched = debug.watches.list().some((watch) => watch.expression === expression)
      if (edit && !watched)
        list.push({ name: 'Add to watches', act: () => debug.watches.add(expression, you) })
    }
    if (container && allowed && settable)
      list.push({ name: 'Set the value', keys: 'F2', act: () => set(row) })
    if (row.value) list.push({ name: 'Show the whole value', act: () => show(row) })
    return list
  }
  return actions
}

export const copyValue = (row: VariableRow): void => void copied(row.value || row.type, 'The value')

async function copied(text: string, what: string): Promise<void> {
  try {
    await copyText(text)
    toast.info(`${what} is copied.`)
  } catch (error) {
    toast.error(`${what} could not be copied.`, error)
  }
}
