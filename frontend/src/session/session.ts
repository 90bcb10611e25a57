import { api, Problem } from '../api/http'
import type { Admission, Participant, RoomInfo } from '../api/types'
import { fullJitter } from '../collab/backoff'

const RENEW_BEFORE_MS = 60_000

/**
 * This page's admission to one room. The access token lives in memory only; the refresh cookie,
 * which scripts cannot read, brings a new one.
 */
export class Session {
  readonly roomId: string
  readonly participant: Participant
  readonly room: RoomInfo
  #token: string
  #expiresAt: number
  #refreshing: Promise<string> | undefined

  constructor(admission: Admission) {
    this.roomId = admission.room.id
    this.participant = admission.participant
    this.room = admission.room
    this.#token = admission.access_token
    this.#expiresAt = Date.now() + admission.expires_in * 1000
  }

  get token(): string {
    return this.#token
  }

  /** A new access token. Callers at the same time share one request, since refresh tokens rotate. */
  refresh(): Promise<string> {
    this.#refreshing ??= this.#exchange().finally(() => {
      this.#refreshing = undefined
    })
    return this.#refreshing
  }

  /**
   * Renews the token before it expires, for as long as the page lives.
   *
   * @param renewed Gets every new token.
   * @param ended Called once when the server says that the session is over.
   * @returns Stops the renewal.
   */
  keepFresh(renewed: (token: string) => void, ended: () => void): () => void {
    let timer: ReturnType<typeof setTimeout>
    let attempt = 0
    const renew = async () => {
      try {
        renewed(await this.refresh())
        attempt = 0
        schedule()
      } catch (error) {
        if (error instanceof Problem && error.status < 500) ended()
        else timer = setTimeout(renew, 1000 + fullJitter((attempt += 1)))
      }
    }
    const schedule = () => {
      const left = this.#expiresAt - Date.now()
      timer = setTimeout(renew, Math.max(left / 2, left - RENEW_BEFORE_MS))
    }
    schedule()
    return () => clearTimeout(timer)
  }

  async #exchange(): Promise<string> {
    const admission = await api.refresh(this.roomId)
    this.#token = admission.access_token
    this.#expiresAt = Date.now() + admission.expires_in * 1000
    return this.#token
  }
}
