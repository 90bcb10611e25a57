import type { Admission, CreatedRoom, Role, Runtime, ShareLink } from './types'

/** The server answered with a problem document (RFC 9457), or with a status that has none. */
export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly title: string,
    readonly detail: string,
  ) {
    super(detail || title)
    this.name = 'Problem'
  }
}

/** No answer came at all: the server is down or the network is. */
export class Unreachable extends Error {
  constructor(cause: unknown) {
    super('The server cannot be reached.', { cause })
    this.name = 'Unreachable'
  }
}

interface Call {
  method?: string
  token?: string
  body?: unknown
}

async function send(path: string, { method = 'GET', token, body }: Call): Promise<Response> {
  const headers = new Headers({ accept: 'application/json' })
  if (token) headers.set('authorization', `Bearer ${token}`)
  if (body !== undefined) headers.set('content-type', 'application/json')
  const init: RequestInit = { method, headers, credentials: 'same-origin' }
  if (body !== undefined) init.body = JSON.stringify(body)
  let response: Response
  try {
    response = await fetch(path, init)
  } catch (error) {
    throw new Unreachable(error)
  }
  if (!response.ok) throw await problemOf(response)
  return response
}

async function problemOf(response: Response): Promise<Problem> {
  const fallback = response.statusText || `Error ${response.status}`
  const type = response.headers.get('content-type') ?? ''
  if (!type.includes('json')) return new Problem(response.status, fallback, '')
  const body = (await response.json()) as { title?: string; detail?: string }
  return new Problem(response.status, body.title ?? fallback, body.detail ?? '')
}

async function json<T>(path: string, call: Call): Promise<T> {
  const response = await send(path, call)
  return (await response.json()) as T
}

export interface NewRoom {
  title?: string
  runtime?: string
  name?: string
}

const room = (id: string) => `/api/rooms/${encodeURIComponent(id)}`
const artefactAt = (id: string, run: number, artefact: string) =>
  `${room(id)}/runs/${run}/artefacts/${encodeURIComponent(artefact)}`

export const api = {
  runtimes: () => json<Runtime[]>('/api/runtimes', {}),
  createRoom: (body: NewRoom) => json<CreatedRoom>('/api/rooms', { method: 'POST', body }),
  join: (id: string, secret: string, name: string) =>
    json<Admission>(`${room(id)}/join`, { method: 'POST', body: { secret, name } }),
  refresh: (id: string) => json<Admission>('/api/auth/refresh', { method: 'POST', body: { room: id } }),
  createLink: (token: string, id: string, role: Role) =>
    json<ShareLink>(`${room(id)}/links`, { method: 'POST', token, body: { role } }),
  setRole: (token: string, id: string, participant: string, role: Role) =>
    send(`${room(id)}/participants/${encodeURIComponent(participant)}`, {
      method: 'PATCH',
      token,
      body: { role },
    }),
  remove: (token: string, id: string, participant: string) =>
    send(`${room(id)}/participants/${encodeURIComponent(participant)}`, { method: 'DELETE', token }),
  wholeOutput: async (token: string, id: string, run: number) =>
    (await send(`${room(id)}/runs/${run}/output?full=true`, { token })).blob(),
  artefact: async (token: string, id: string, run: number, artefact: string) =>
    (await send(artefactAt(id, run, artefact), { token })).blob(),
  keepArtefact: (token: string, id: string, run: number, artefact: string) =>
    send(`${artefactAt(id, run, artefact)}/keep`, { method: 'POST', token }),
  dropArtefact: (token: string, id: string, run: number, artefact: string) =>
    send(artefactAt(id, run, artefact), { method: 'DELETE', token }),
  runOutput: async (token: string, id: string, run: number) => {
    const response = await send(`${room(id)}/runs/${run}/output`, { token })
    return new Uint8Array(await response.arrayBuffer())
  },
}
