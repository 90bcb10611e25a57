import { digest } from 'lib0/hash/sha256'

export interface NamedText {
  path: string
  text: string
}

const utf8 = new TextEncoder()

function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const shared = Math.min(a.length, b.length)
  for (let i = 0; i < shared; i += 1) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0)
    if (difference) return difference
  }
  return a.length - b.length
}

/**
 * The content hash of a workspace, equal to the server's `text_hash`: SHA-256 over each file's path,
 * NUL, text, NUL, the files in byte order of their paths.
 */
export function textHash(files: Iterable<NamedText>): string {
  const parts = Array.from(files, (file) => ({
    path: utf8.encode(file.path),
    text: utf8.encode(file.text),
  }))
  parts.sort((a, b) => compareBytes(a.path, b.path))
  const size = parts.reduce((sum, part) => sum + part.path.length + part.text.length + 2, 0)
  const all = new Uint8Array(size)
  let at = 0
  for (const { path, text } of parts) {
    all.set(path, at)
    all.set(text, at + path.length + 1)
    at += path.length + text.length + 2
  }
  return Array.from(digest(all), (byte) => byte.toString(16).padStart(2, '0')).join('')
}
