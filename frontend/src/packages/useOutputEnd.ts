import { useCallback, useSyncExternalStore } from 'react'
import { useRoom } from '../app/useRoom'
import type { OutputLog } from '../collab/outputLog'

const END_BYTES = 8192

/** The last words of a run, as far as this page has them. */
export function useOutputEnd(run: number): string {
  const log = useRoom().room.output(run)
  const listen = useCallback(
    (changed: () => void) => log.listen({ appended: changed, replaced: changed }),
    [log],
  )
  useSyncExternalStore(listen, () => log.end)
  return endOf(log)
}

function endOf(log: OutputLog): string {
  const tail: Uint8Array[] = []
  let bytes = 0
  for (const piece of log.pieces.toReversed()) {
    if (bytes >= END_BYTES) break
    tail.unshift(piece.bytes.subarray(-END_BYTES))
    bytes += piece.bytes.length
  }
  const decoder = new TextDecoder()
  return tail.map((one) => decoder.decode(one, { stream: true })).join('')
}
