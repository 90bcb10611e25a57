import * as decoding from 'lib0/decoding'
import * as encoding from 'lib0/encoding'
import { describe, expect, it, vi } from 'vitest'
import { readSyncMessage, writeSyncStep1, writeUpdate } from 'y-protocols/sync'
import type { WebsocketProvider } from 'y-websocket'
import * as Y from 'yjs'
import { HeldSync } from '../src/collab/heldSync'

/** The provider's part that HeldSync touches: its handler of sync messages, and its socket. */
function setUp() {
  const doc = new Y.Doc()
  const sent: Uint8Array[] = []
  const provider = {
    messageHandlers: [
      (encoder: encoding.Encoder, decoder: decoding.Decoder) => {
        encoding.writeVarUint(encoder, 0)
        readSyncMessage(decoder, encoder, doc, 'network')
      },
    ],
    ws: { send: (frame: Uint8Array) => sent.push(frame) },
  } as unknown as WebsocketProvider
  const caughtUp = vi.fn()
  const sync = new HeldSync(provider, caughtUp)
  const receive = (write: (encoder: encoding.Encoder) => void) => {
    const message = encoding.createEncoder()
    write(message)
    const decoder = decoding.createDecoder(encoding.toUint8Array(message))
    const answer = encoding.createEncoder()
    provider.messageHandlers[0]?.(answer, decoder, provider, true, 0)
    return encoding.toUint8Array(answer)
  }
  return { caughtUp, doc, receive, sent, sync }
}

function updateOf(text: string): Uint8Array {
  const other = new Y.Doc()
  other.getText('t').insert(0, text)
  return Y.encodeStateAsUpdate(other)
}

describe('HeldSync', () => {
  it('lets messages through and tells when the question was answered', async () => {
    const { caughtUp, doc, receive } = setUp()
    receive((encoder) => writeUpdate(encoder, updateOf('hi')))
    await Promise.resolve()
    expect(doc.getText('t').toString()).toBe('hi')
    expect(caughtUp).not.toHaveBeenCalled()
    const answer = receive((encoder) => writeSyncStep1(encoder, new Y.Doc()))
    expect(answer.length).toBeGreaterThan(1)
    expect(caughtUp).not.toHaveBeenCalled()
    await Promise.resolve()
    expect(caughtUp).toHaveBeenCalledOnce()
  })

  it('holds text back during a composition, and answers what it held afterwards', () => {
    const { caughtUp, doc, receive, sent, sync } = setUp()
    sync.hold()
    receive((encoder) => writeUpdate(encoder, updateOf('late')))
    receive((encoder) => writeSyncStep1(encoder, new Y.Doc()))
    expect(doc.getText('t').toString()).toBe('')
    sync.release()
    expect(doc.getText('t').toString()).toBe('late')
    expect(sent).toHaveLength(1)
    expect(caughtUp).toHaveBeenCalledOnce()
  })

  it('answers nothing of a connection that is gone', () => {
    const { receive, sent, sync } = setUp()
    sync.hold()
    receive((encoder) => writeSyncStep1(encoder, new Y.Doc()))
    sync.drop()
    sync.release()
    expect(sent).toEqual([])
  })

  it('gives up holding after a while', () => {
    vi.useFakeTimers()
    const { doc, receive, sync } = setUp()
    sync.hold()
    receive((encoder) => writeUpdate(encoder, updateOf('x')))
    vi.advanceTimersByTime(5_000)
    expect(doc.getText('t').toString()).toBe('x')
    vi.useRealTimers()
  })
})
