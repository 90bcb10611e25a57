const ALPHABET = '0123456789abcdefghijkmnpqrstuvwxyz'

/** A short random id. Not `crypto.randomUUID`: that exists only where the page came over https. */
export function randomId(length = 10): string {
  return Array.from(
    crypto.getRandomValues(new Uint8Array(length)),
    (byte) => ALPHABET[byte % ALPHABET.length],
  ).join('')
}
