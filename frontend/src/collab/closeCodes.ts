/** Why the server ended this page's stay for good; each has a page of its own. */
export type Ended = 'revoked' | 'gone' | 'forbidden' | 'session' | 'refused'

export const UNAUTHORISED = 4401
const CLIENT_ID_TAKEN = 4409

const PERMANENT: Record<number, Ended> = {
  4403: 'forbidden',
  4404: 'gone',
  4410: 'revoked',
}

export function endedBy(code: number): Ended {
  return PERMANENT[code] ?? 'refused'
}

/**
 * Whether a closed socket is tried again. The band 4400-4499 is permanent, but for a client id that is
 * taken: that is this page's own previous socket, which the server has not yet seen go.
 */
export function isTransient(code: number): boolean {
  return code === CLIENT_ID_TAKEN || !(code >= 4400 && code < 4500)
}
