/** What this browser remembers between visits. None of it is needed for anything to work. */
import { digest } from 'lib0/hash/sha256'
import type { Role } from '../api/types'

const NAME = 'codlab.name'
const RECENT = 'codlab.recent'
const RECENT_KEPT = 8

export interface RecentRoom {
  id: string
  title: string
  role: Role
  at: number
  /** Hash of the link's secret that this browser last joined by. */
  joinedBy?: string
}

function read(storage: () => Storage, key: string): string | null {
  try {
    return storage().getItem(key)
  } catch {
    return null // Storage is closed to this page: nothing is remembered.
  }
}

function write(storage: () => Storage, key: string, value: string): void {
  try {
    storage().setItem(key, value)
  } catch {
    // Storage is closed or full: the visit goes on without it.
  }
}

const local = () => localStorage
const tab = () => sessionStorage

export const rememberedName = (): string => read(local, NAME) ?? ''
export const rememberName = (name: string): void => write(local, NAME, name)

export function recentRooms(): RecentRoom[] {
  try {
    const parsed: unknown = JSON.parse(read(local, RECENT) ?? '[]')
    return Array.isArray(parsed) ? (parsed as RecentRoom[]) : []
  } catch {
    return [] // Written by something else: start anew.
  }
}

export function rememberRoom(room: Omit<RecentRoom, 'at'>): void {
  const all = recentRooms()
  const before = all.find((other) => other.id === room.id)
  const entry = { ...before, ...room, at: Date.now() }
  const rest = all.filter((other) => other.id !== room.id)
  write(local, RECENT, JSON.stringify([entry, ...rest].slice(0, RECENT_KEPT)))
}

export function forgetRoom(id: string): void {
  write(local, RECENT, JSON.stringify(recentRooms().filter((room) => room.id !== id)))
}

export function secretHash(secret: string): string {
  return Array.from(digest(new TextEncoder().encode(secret)), (byte) =>
    byte.toString(16).padStart(2, '0'),
  ).join('')
}

const linksKey = (room: string) => `codlab.links.${room}`

/** Share links seen in this tab: the server keeps only hashes, so it cannot show them again. */
export function knownLinks(room: string): Partial<Record<Role, string>> {
  try {
    return JSON.parse(read(tab, linksKey(room)) ?? '{}') as Partial<Record<Role, string>>
  } catch {
    return {} // Written by something else: links can be made anew.
  }
}

export function keepLinks(room: string, links: Partial<Record<Role, string>>): void {
  write(tab, linksKey(room), JSON.stringify({ ...knownLinks(room), ...links }))
}

export function remembered(key: string): string | null {
  return read(local, key)
}

export function remember(key: string, value: string): void {
  write(local, key, value)
}
