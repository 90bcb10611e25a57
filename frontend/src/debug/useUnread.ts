import { useLocal, useSession } from './useDebug'

const NONE: ReadonlyMap<string, string> = new Map()

/** Why parts of the variables could not be read at this stop. */
export function useUnread(): ReadonlyMap<string, string> {
  const stop = useSession()?.stop?.stop
  return useLocal(({ unread }) => (unread.stop === stop ? unread.reasons : NONE))
}
