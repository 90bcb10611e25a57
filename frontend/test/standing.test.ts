import { describe, expect, it } from 'vitest'
import { standingOf } from '../src/control/standing'
import { ada, after, bob, free } from './room'

const cleo = { ...bob, id: 'p3', name: 'Cleo', role: 'editor' as const }
const joined = { type: 'participant.joined', participant: cleo }
const held = (control: object) => ({ type: 'control.changed', control: { ...free, ...control } })
const acted = (stdin: number) => ({ acted_at: { stdin, debug: null } })

describe('who types, as one page sees it', () => {
  it('is nobody at first, and then it can be taken at once', () => {
    const { holder, isOthers, freeAt } = standingOf('stdin', after())
    expect([holder, isOthers, freeAt]).toEqual([undefined, false, 0])
  })

  it('is somebody else, until 10 s after they last typed', () => {
    const state = after(joined, held({ stdin: 'p3', ...acted(1000) }))
    expect(standingOf('stdin', state)).toMatchObject({ holder: cleo, isOthers: true, freeAt: 11_000 })
    const typed = { type: 'run.input', run: state.runs[0], by: 'p3', bytes: 1, at: 5000 }
    const later = after(joined, held({ stdin: 'p3', ...acted(1000) }), typed)
    expect(standingOf('stdin', later).freeAt).toBe(15_000)
  })

  it('does not last longer by what others do', () => {
    const typed = { type: 'run.input', run: after().runs[0], by: 'p1', bytes: 1, at: 5000 }
    const state = after(joined, held({ stdin: 'p3', ...acted(1000) }), typed)
    expect(standingOf('stdin', state).freeAt).toBe(11_000)
  })

  it('can be taken by an owner at any time', () => {
    const owner = { type: 'participant.changed', participant: { ...ada, role: 'owner' } }
    const state = after(joined, owner, held({ stdin: 'p3', ...acted(1000) }))
    expect(standingOf('stdin', state)).toMatchObject({ isOthers: true, freeAt: 0 })
  })

  it('tells the holder who asks, in order, and each who has asked', () => {
    const requests = { stdin: ['p3', 'p1'], debug: [] }
    const asked = after(joined, held({ stdin: 'p9', requests, ...acted(0) }))
    expect(standingOf('stdin', asked)).toMatchObject({ requests: [cleo, ada], hasAsked: true })
    const yours = after(joined, held({ stdin: 'p1', requests: { stdin: ['p3'], debug: [] } }))
    expect(standingOf('stdin', yours)).toMatchObject({ isYours: true, isOthers: false, requests: [cleo] })
  })
})
