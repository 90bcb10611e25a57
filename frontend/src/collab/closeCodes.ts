/** Why the server ended this page's stay for good; each has a page of its own. */
export type Ended = 'revoked' | 'gone' | 'forbidden' | 'session' | 'refused'

export const UNAUTHORISED = 4401
export const OUTDATED_COPY = 4412

const PERMANENT: Record<number, Ended> = {
  4403: 'forbidden',
  4404: 'gone',
  4410: 'revoked',
}

export function endedBy(code: number): Ended {
  return PERMANENT[code] ?? 'refused'
}

/** Whether a closed socket is tried again: the band 4400-4499 is the server's deliberate and lasting no. */
export function isTransient(code: number): boolean {
  return !(code >= 4400 && code < 4500)
}
