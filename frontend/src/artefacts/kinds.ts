import type { Artefact } from '../api/types'

export type Kind = 'picture' | 'text' | 'other'

const PICTURES = new Set(['image/png', 'image/jpeg', 'image/gif', 'image/webp', 'image/svg+xml'])

/** How a file is shown. The server has looked at its bytes; HTML is text to it. */
export function kindOf({ media_type: type }: Pick<Artefact, 'media_type'>): Kind {
  if (PICTURES.has(type)) return 'picture'
  return type.startsWith('text/') || type === 'application/json' ? 'text' : 'other'
}

/** Whether it can be one of the room's files, which are texts. */
export const isText = (artefact: Artefact): boolean =>
  kindOf(artefact) === 'text' || artefact.media_type === 'image/svg+xml'

export const nameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1)

/** `1 byte`, `512 bytes`, `1.5 KB`, `16 MB`: enough digits to compare, no more. */
export function size(bytes: number): string {
  if (bytes === 1) return '1 byte'
  if (bytes < 1000) return `${bytes} bytes`
  const [value, unit] = bytes < 999_500 ? [bytes / 1000, 'KB'] : [bytes / 1e6, 'MB']
  return `${value < 9.95 ? value.toFixed(1) : Math.round(value)} ${unit}`
}
