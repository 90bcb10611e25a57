import { useEffect, useState } from 'react'
import type { Run } from '../api/types'
import { useRoom } from '../app/useRoom'
import { textHash } from '../collab/textHash'

const SETTLE_MS = 400

/** Whether the room's text is no longer the one that the run ran. */
export function useStale(run: Run | undefined): boolean {
  const { doc, workspace } = useRoom().room
  const [stale, setStale] = useState(false)
  const hash = run?.text_hash

  useEffect(() => {
    if (!hash) {
      setStale(false)
      return undefined
    }
    let timer: ReturnType<typeof setTimeout> | undefined
    const compare = () => {
      timer = undefined
      setStale(textHash(workspace.texts()) !== hash)
    }
    const changed = () => {
      timer ??= setTimeout(compare, SETTLE_MS)
    }
    compare()
    doc.on('update', changed)
    return () => {
      clearTimeout(timer)
      doc.off('update', changed)
    }
  }, [doc, hash, workspace])
  return stale
}
