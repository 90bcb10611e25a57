import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Session } from '../src/session/session'

const participant = { id: 'p1', name: 'Ada', role: 'editor' as const, color: '#aa0000' }
const room = { id: 'r1', title: 'Room', runtime: 'python-3.13', created_at: 0 }
const admission = (access_token: string, expires_in: number) => ({
  access_token,
  expires_in,
  participant,
  room,
})

const answers = vi.fn<() => Promise<Response>>()
const answer = (token: string, life: number) => () => Promise.resolve(Response.json(admission(token, life)))

beforeEach(() => {
  vi.useFakeTimers()
  vi.stubGlobal('fetch', answers)
})

afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
  answers.mockReset()
})

describe('the access token', () => {
  it.each([
    [600, 540_000],
    [10, 5_000],
  ])('of %d s is renewed after %d ms, and again', async (life, after) => {
    answers.mockImplementation(answer('next', life))
    const renewed = vi.fn<(token: string) => void>()
    const stop = new Session(admission('first', life)).keepFresh(renewed, vi.fn<() => void>())
    await vi.advanceTimersByTimeAsync(after - 1)
    expect(renewed).not.toHaveBeenCalled()
    await vi.advanceTimersByTimeAsync(1)
    expect(renewed).toHaveBeenCalledWith('next')
    await vi.advanceTimersByTimeAsync(after)
    expect(renewed).toHaveBeenCalledTimes(2)
    stop()
  })

  it('is asked for once by callers at the same time: refresh tokens rotate', async () => {
    answers.mockImplementation(answer('next', 600))
    const session = new Session(admission('first', 600))
    expect(await Promise.all([session.refresh(), session.refresh()])).toEqual(['next', 'next'])
    expect(answers).toHaveBeenCalledTimes(1)
    expect(session.token).toBe('next')
  })

  it('is asked for again while the server cannot be reached', async () => {
    answers.mockRejectedValueOnce(new TypeError('Failed to fetch'))
    answers.mockImplementation(answer('next', 600))
    const renewed = vi.fn<(token: string) => void>()
    const stop = new Session(admission('first', 10)).keepFresh(renewed, vi.fn<() => void>())
    await vi.advanceTimersByTimeAsync(15_000)
    expect(renewed).toHaveBeenCalledWith('next')
    stop()
  })

  it('is given up when the server says that the visit is over', async () => {
    answers.mockResolvedValue(Response.json({ title: 'Unauthenticated' }, { status: 401 }))
    const ended = vi.fn<() => void>()
    const stop = new Session(admission('first', 10)).keepFresh(vi.fn<() => void>(), ended)
    await vi.advanceTimersByTimeAsync(60_000)
    expect(ended).toHaveBeenCalledTimes(1)
    expect(answers).toHaveBeenCalledTimes(1)
    stop()
  })
})
