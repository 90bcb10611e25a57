import { describe, expect, it, vi } from 'vitest'
import { OutputLog } from '../src/collab/outputLog'

const bytes = (text: string) => new TextEncoder().encode(text)
const shown = (log: OutputLog) => log.pieces.map((piece) => new TextDecoder().decode(piece.bytes)).join('')

describe('OutputLog', () => {
  it('joins chunks and drops what a replay repeats', () => {
    const log = new OutputLog()
    log.accept({ stream: 3, offset: 0, bytes: bytes('hello ') })
    log.accept({ stream: 3, offset: 0, bytes: bytes('hello wor') })
    log.accept({ stream: 3, offset: 2, bytes: bytes('llo') })
    log.accept({ stream: 3, offset: 9, bytes: bytes('ld') })
    expect(shown(log)).toBe('hello world')
    expect(log.end).toBe(11)
  })

  it('keeps what is drawn on the alternate screen as long as that is shown', () => {
    const log = new OutputLog()
    log.accept({ stream: 3, offset: 0, bytes: bytes('before') })
    log.accept({ stream: 5, offset: 6, bytes: bytes('one') })
    log.accept({ stream: 5, offset: 6, bytes: bytes('two') })
    expect([shown(log), log.end]).toEqual(['beforeonetwo', 6])
    log.accept({ stream: 4, offset: 6, bytes: bytes('!') })
    expect(shown(log)).toBe('before!onetwo')
    log.accept({ stream: 3, offset: 7, bytes: bytes('after') })
    expect([shown(log), log.end]).toEqual(['before!after', 12])
    expect(log.accept({ stream: 5, offset: 6, bytes: bytes('late') })).toBe(true)
    expect(shown(log)).toBe('before!after')
  })

  it('takes the screen as it stands in the place of what was drawn', () => {
    const log = new OutputLog()
    log.accept({ stream: 5, offset: 0, bytes: bytes('one') })
    log.accept({ stream: 6, offset: 0, bytes: bytes('all') })
    log.accept({ stream: 5, offset: 0, bytes: bytes('more') })
    expect(shown(log)).toBe('allmore')
    expect(log.accept({ stream: 6, offset: 3, bytes: bytes('x') })).toBe(false)
  })

  it('refuses a chunk after a gap, and is mended by the whole', () => {
    const log = new OutputLog()
    const replaced = vi.fn()
    const appended = vi.fn()
    log.accept({ stream: 3, offset: 0, bytes: bytes('ab') })
    log.listen({ appended, replaced })
    expect(log.accept({ stream: 3, offset: 5, bytes: bytes('x') })).toBe(false)
    log.replace(3, bytes('abcdef'))
    expect(replaced).toHaveBeenCalledOnce()
    expect(appended).not.toHaveBeenCalled()
    expect(shown(log)).toBe('abcdef')
  })

  it('is not replaced by less than it has', () => {
    const log = new OutputLog()
    log.accept({ stream: 3, offset: 0, bytes: bytes('abc') })
    log.replace(3, bytes('a'))
    expect(shown(log)).toBe('abc')
  })

  it('tells its listeners only what is new', () => {
    const log = new OutputLog()
    const heard: string[] = []
    const stop = log.listen({
      appended: (piece) => heard.push(new TextDecoder().decode(piece.bytes)),
      replaced: () => heard.push('!'),
    })
    log.accept({ stream: 1, offset: 0, bytes: bytes('ab') })
    log.accept({ stream: 1, offset: 1, bytes: bytes('bc') })
    stop()
    log.accept({ stream: 1, offset: 3, bytes: bytes('d') })
    expect(heard).toEqual(['ab', 'c'])
  })
})
