import { useEffect, useState } from 'react'

/** Where a browser can't say when it is idle. */
const GUESSED_MS = 1500

/** Whether the page has had a moment with nothing better to do since `wanted` came true. */
export function useIdle(wanted: boolean): boolean {
  const [idle, setIdle] = useState(false)
  useEffect(() => {
    if (!wanted || idle) return undefined
    const tell = () => setIdle(true)
    if (!('requestIdleCallback' in window)) {
      const timer = setTimeout(tell, GUESSED_MS)
      return () => clearTimeout(timer)
    }
    const request = requestIdleCallback(tell)
    return () => cancelIdleCallback(request)
  }, [idle, wanted])
  return idle
}
