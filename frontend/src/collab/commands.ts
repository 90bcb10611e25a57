import { encodeJson } from './wire'

const ANSWER_MS = 15_000

/** The server refused a command, or the connection went before it answered. */
export class CommandError extends Error {
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message)
    this.name = 'CommandError'
  }
}

export interface Reply {
  reply: number
  ok?: unknown
  error?: { code: string; message: string }
}

export function isReply(message: unknown): message is Reply {
  return typeof message === 'object' && message !== null && 'reply' in message
}

interface Waiting {
  resolve(value: unknown): void
  reject(error: CommandError): void
  timer: ReturnType<typeof setTimeout>
}

/** Numbers commands and matches the answers to them; each is answered once. */
export class Commands {
  #last = 0
  readonly #waiting = new Map<number, Waiting>()

  /** @param transmit Puts a frame on the socket; false when there is none. */
  constructor(private readonly transmit: (frame: Uint8Array) => boolean) {}

  send<T>(type: string, fields: object = {}): Promise<T> {
    this.#last += 1
    const id = this.#last
    return new Promise<T>((resolve, reject) => {
      if (!this.transmit(encodeJson({ id, type, ...fields }))) {
        reject(new CommandError('offline', 'Not connected: try again when the room is back.'))
        return
      }
      const timer = setTimeout(
        () => this.#settle(id)?.reject(new CommandError('timeout', 'The server did not answer in time.')),
        ANSWER_MS,
      )
      this.#waiting.set(id, { resolve: resolve as (value: unknown) => void, reject, timer })
    })
  }

  answered(reply: Reply): void {
    const waiting = this.#settle(reply.reply)
    if (reply.error) waiting?.reject(new CommandError(reply.error.code, reply.error.message))
    else waiting?.resolve(reply.ok)
  }

  /** The connection is gone: nothing more will be answered. */
  dropAll(): void {
    for (const id of this.#waiting.keys()) {
      this.#settle(id)?.reject(new CommandError('offline', 'The connection was lost before the answer came.'))
    }
  }

  #settle(id: number): Waiting | undefined {
    const waiting = this.#waiting.get(id)
    if (waiting) clearTimeout(waiting.timer)
    this.#waiting.delete(id)
    return waiting
  }
}
