import { useSyncExternalStore } from 'react'

export type Route = { page: 'start' } | { page: 'room'; id: string } | { page: 'unknown' }

const listeners = new Set<() => void>()

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  addEventListener('popstate', listener)
  return () => {
    listeners.delete(listener)
    removeEventListener('popstate', listener)
  }
}

export function routeOf(pathname: string): Route {
  if (pathname === '/') return { page: 'start' }
  const room = /^\/r\/([A-Za-z0-9_-]+)\/?$/.exec(pathname)
  return room?.[1] ? { page: 'room', id: room[1] } : { page: 'unknown' }
}

export function navigate(path: string): void {
  history.pushState(null, '', path)
  for (const listener of listeners) listener()
}

export function useRoute(): Route {
  const pathname = useSyncExternalStore(subscribe, () => location.pathname)
  return routeOf(pathname)
}

/** Takes the link's secret out of the address bar, so that it is neither shown nor kept in history. */
export function takeSecret(): string {
  const secret = decodeURIComponent(location.hash.slice(1))
  if (secret) history.replaceState(history.state, '', location.pathname + location.search)
  return secret
}
