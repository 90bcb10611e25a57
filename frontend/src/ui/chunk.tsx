import { useEffect, useSyncExternalStore, type ComponentType, type ReactNode } from 'react'

type Status = 'waiting' | 'loaded' | 'failed'

interface Chunk<P> {
  /** Begins to load, or to load again after a failure; renderings tell how it went. */
  load: () => void
  useStatus: () => Status
  /** Renders `waiting` until it is loaded, and a way to try again where it could not be. */
  Chunk: ComponentType<P & { waiting?: ReactNode }>
}

/**
 * A component in a chunk of its own, which costs the page nothing but itself if it can't be loaded.
 * Not React's `lazy`, which holds back for 300 ms what is there already, and never tries again.
 */
export function chunk<P extends object>(load: () => Promise<{ default: ComponentType<P> }>): Chunk<P> {
  let Loaded: ComponentType<P> | undefined
  let status: Status = 'waiting'
  let reason = ''
  let loading = false
  const listeners = new Set<() => void>()
  const become = (now: Status) => {
    status = now
    for (const listener of listeners) listener()
  }
  const start = async () => {
    if (loading || Loaded) return
    loading = true
    if (status === 'failed') become('waiting')
    try {
      Loaded = (await load()).default
      become('loaded')
    } catch (error) {
      reason = String(error)
      become('failed')
    } finally {
      loading = false
    }
  }
  const listen = (listener: () => void) => {
    listeners.add(listener)
    return () => void listeners.delete(listener)
  }
  const begin = () => void start()
  const useStatus = () => useSyncExternalStore(listen, () => status)

  function Chunk({ waiting = null, ...props }: P & { waiting?: ReactNode }) {
    const present = useStatus()
    useEffect(begin, [])
    if (Loaded) return <Loaded {...(props as unknown as P)} />
    return present === 'failed' ? <Lacking reason={reason} onRetry={begin} /> : waiting
  }
  return { load: begin, useStatus, Chunk }
}

function Lacking({ reason, onRetry }: { reason: string; onRetry: () => void }) {
  return (
    <div className="lacking-part" role="alert" data-testid="lacking-part">
      <p>This part of the page could not be loaded. Your text is not affected.</p>
      <p className="hint">{reason}</p>
      <button className="button" onClick={onRetry}>
        Try again
      </button>
    </div>
  )
}
