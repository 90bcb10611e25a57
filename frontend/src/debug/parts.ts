/** What is read at a time of the variables of a scope or a value. */

/** More elements than this are read, and shown, so many at a time. */
export const PAGE = 100

export interface Page {
  start: number
  count: number
}

/** All, a page of its elements, or what it has beside its elements. */
export type Part = 'all' | 'named' | Page

/** The name by which the server, too, keeps a part. */
export function partKey(reference: number, part: Part = 'all'): string {
  if (part === 'all') return `${reference}`
  return part === 'named' ? `${reference}@named` : `${reference}@${part.start}+${part.count}`
}

/** The reference in a part's key. */
export const referenceOf = (key: string): number => Number.parseInt(key, 10)

/** The part that an event of the server is about. */
export function partOf({ start, count, filter }: { start: number; count: number; filter?: string }): Part {
  if (filter === 'named') return 'named'
  return count ? { start, count } : 'all'
}

/** The fields of the command that reads it. */
export function partFields(part: Part): object {
  if (part === 'all') return {}
  return part === 'named' ? { filter: 'named' } : { ...part, filter: 'indexed' }
}

/** The name of a frame's scopes among the parts. */
export const scopesKey = (frame: number): string => `scopes ${frame}`
