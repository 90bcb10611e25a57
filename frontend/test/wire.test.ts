import * as decoding from 'lib0/decoding'
import * as encoding from 'lib0/encoding'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { fullJitter } from '../src/collab/backoff'
import { endedBy, isTransient } from '../src/collab/closeCodes'
import { Commands, isReply } from '../src/collab/commands'
import { decodeJson, decodeOutput, encodeJson, encodeSaved } from '../src/collab/wire'

describe('frames', () => {
  it('carry JSON to the end of the frame', () => {
    const decoder = decoding.createDecoder(encodeJson({ id: 1, type: 'run.input', data: 'ä😀\n' }))
    expect(decoding.readVarUint(decoder)).toBe(4)
    expect(decodeJson(decoder)).toEqual({ id: 1, type: 'run.input', data: 'ä😀\n' })
  })

  it('carry a barrier as two varuints', () => {
    expect([...encodeSaved(300)]).toEqual([5, 0xac, 0x02])
  })

  it('carry output with its place', () => {
    const encoder = encoding.createEncoder()
    encoding.writeVarUint(encoder, 7)
    encoding.writeUint8(encoder, 3)
    encoding.writeVarUint(encoder, 70_000)
    encoding.writeUint8Array(encoder, new Uint8Array([1, 2]))
    const chunk = decodeOutput(decoding.createDecoder(encoding.toUint8Array(encoder)))
    expect(chunk).toEqual({ run: 7, stream: 3, offset: 70_000, bytes: new Uint8Array([1, 2]) })
  })
})

describe('reconnecting', () => {
  it('waits anywhere in a window that doubles up to a bound', () => {
    expect(fullJitter(0, () => 1)).toBe(200)
    expect(fullJitter(3, () => 1)).toBe(1600)
    expect(fullJitter(60, () => 1)).toBe(8000)
    expect(fullJitter(5, () => 0)).toBe(0)
    expect(fullJitter(5, () => 0.5)).toBe(3200)
  })

  it.each([1001, 1006, 1012, 4500, 4501, 4503])('tries again after %i', (code) => {
    expect(isTransient(code)).toBe(true)
  })

  it.each([
    [4403, 'forbidden'],
    [4404, 'gone'],
    [4410, 'revoked'],
    [4409, 'refused'],
    [4413, 'refused'],
    [4422, 'refused'],
  ])('ends for good after %i', (code, ended) => {
    expect(isTransient(code)).toBe(false)
    expect(endedBy(code)).toBe(ended)
  })
})

function setUp(connected = true) {
  const sent: { id: number; type: string }[] = []
  const commands = new Commands((frame) => {
    const decoder = decoding.createDecoder(frame)
    decoding.readVarUint(decoder)
    sent.push(decodeJson(decoder) as { id: number; type: string })
    return connected
  })
  return { commands, sent }
}

describe('Commands', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  it('matches answers to commands, in any order', async () => {
    const { commands, sent } = setUp()
    const first = commands.send('run.start', { cols: 80 })
    const second = commands.send('run.stop', { run: 1 })
    expect(sent).toEqual([
      { id: 1, type: 'run.start', cols: 80 },
      { id: 2, type: 'run.stop', run: 1 },
    ])
    commands.answered({ reply: 2, error: { code: 'not_found', message: 'No such run.' } })
    commands.answered({ reply: 1, ok: { run: 3 } })
    await expect(first).resolves.toEqual({ run: 3 })
    await expect(second).rejects.toMatchObject({ code: 'not_found', message: 'No such run.' })
  })

  it('fails at once without a connection, and when it is lost', async () => {
    await expect(setUp(false).commands.send('run.start')).rejects.toMatchObject({ code: 'offline' })
    const { commands } = setUp()
    const waiting = commands.send('run.start')
    commands.dropAll()
    await expect(waiting).rejects.toMatchObject({ code: 'offline' })
    expect(vi.getTimerCount()).toBe(0)
  })

  it('does not wait for ever', async () => {
    const { commands } = setUp()
    const failure = commands.send('run.start').catch((error: unknown) => error)
    vi.advanceTimersByTime(20_000)
    expect(await failure).toMatchObject({ code: 'timeout' })
  })

  it('tells answers from events', () => {
    expect(isReply({ reply: 1 })).toBe(true)
    expect(isReply({ seq: 1, type: 'hello' })).toBe(false)
    expect(isReply(null)).toBe(false)
  })
})
