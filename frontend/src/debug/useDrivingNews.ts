import { useEffect, useRef } from 'react'
import { useLive, useSetting } from '../app/useRoom'
import { toast } from '../ui/toasts'
import { useSession } from './useDebug'

/** Tells whom it concerns that the wheel has changed hands: nobody's keys stop working, or begin to, unsaid. */
export function useDrivingNews(): void {
  const run = useSession()?.run
  const driver = useLive((state) => state.control.debug)
  const name = useLive((state) => state.participants.find(({ id }) => id === driver)?.name)
  const you = useLive((state) => state.you.id)
  const isShared = useSetting('control') === 'everybody'
  const before = useRef({ run, driver })
  useEffect(() => {
    const last = before.current
    before.current = { run, driver }
    if (isShared || run === undefined || last.run !== run || last.driver === driver || !last.driver) return
    if (driver === you) toast.info('You drive now.')
    else if (last.driver === you && name) toast.info(`${name} drives now.`)
  }, [driver, isShared, name, run, you])
}
