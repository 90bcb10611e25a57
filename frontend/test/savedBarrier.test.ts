import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { SavedBarrier } from '../src/collab/savedBarrier'

function setUp() {
  const asked: number[] = []
  const changed = vi.fn()
  const barrier = new SavedBarrier({ ask: (edits) => asked.push(edits), changed })
  return { asked, barrier, changed }
}

describe('SavedBarrier', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  it('covers a tab without edits, and asks nothing', () => {
    const { asked, barrier } = setUp()
    barrier.opened()
    expect(barrier.covered).toBe(true)
    expect(asked).toEqual([])
  })

  it('asks once for a burst and is covered by its answer only', () => {
    const { asked, barrier } = setUp()
    barrier.opened()
    barrier.edited()
    barrier.edited()
    vi.advanceTimersByTime(200)
    barrier.edited()
    expect(asked).toEqual([2])
    barrier.answered(2)
    expect(barrier.covered).toBe(false)
    vi.advanceTimersByTime(200)
    barrier.answered(3)
    expect(asked).toEqual([2, 3])
    expect(barrier.covered).toBe(true)
  })

  it('keeps offline edits open until the next connection has carried them', () => {
    const { asked, barrier } = setUp()
    barrier.opened()
    barrier.closed()
    barrier.edited()
    vi.advanceTimersByTime(60_000)
    expect(asked).toEqual([])
    expect(barrier.covered).toBe(false)
    barrier.opened()
    expect(asked).toEqual([1])
  })

  it('does not trust an answer to more than it knows', () => {
    const { barrier } = setUp()
    barrier.opened()
    barrier.edited()
    barrier.answered(7)
    expect(barrier.covered).toBe(false)
  })

  it('says that the server is late, asks again, and recovers', () => {
    const { asked, barrier } = setUp()
    barrier.opened()
    barrier.edited()
    vi.advanceTimersByTime(9_000)
    expect(barrier.overdue).toBe(true)
    expect(asked).toEqual([1, 1])
    barrier.answered(1)
    expect(barrier.overdue).toBe(false)
    expect(barrier.covered).toBe(true)
  })

  it('leaves no timer behind', () => {
    const { barrier } = setUp()
    barrier.opened()
    barrier.edited()
    barrier.dispose()
    expect(vi.getTimerCount()).toBe(0)
  })
})
