import { describe, expect, it } from 'vitest'
import type { Run } from '../src/api/types'
import { Problem, Unreachable } from '../src/api/http'
import { ago } from '../src/app/ago'
import { joinFailure } from '../src/app/joinFailure'
import { routeOf } from '../src/app/route'
import { savingStatus } from '../src/app/saving'
import { languageOf } from '../src/editor/languages'
import { smallestReplacement } from '../src/editor/textEdits'
import { formatArguments, parseArguments } from '../src/runs/arguments'
import { duration, hurdleWords, outcomeWords, runWords } from '../src/runs/words'
import { initials, inkOn } from '../src/ui/color'

const finished = (outcome: string, exit_code: number | null = null) =>
  ({ state: 'finished', outcome, exit_code }) as Run

describe('words', () => {
  it.each([
    ['exited(0)', 0, 'Finished', 'good'],
    ['exited(3)', 3, 'Exited with code 3', 'bad'],
    ['timed out after 10 s', null, 'Timed out after 10 s', 'bad'],
    ['CPU time limit of 10 s', null, 'Reached the CPU time limit of 10 s', 'bad'],
    ['file size limit of 64 MiB', null, 'Reached the file size limit of 64 MiB', 'bad'],
    ['out of memory at 256 MiB', null, 'Out of memory at 256 MiB', 'bad'],
    ['stopped by Ada', null, 'Stopped by Ada', 'quiet'],
    ['failed to start: No engine. Get one.', null, 'Could not start', 'bad'],
    ['compile failed: exited(1)', null, 'Does not compile', 'bad'],
    ['compile failed: timed out after 60 s', null, 'Compile failed: timed out after 60 s', 'bad'],
    ['server restarted', null, 'Ended by a server restart', 'bad'],
  ])('for the outcome %s', (outcome, code, text, tone) => {
    expect(outcomeWords(finished(outcome, code))).toEqual({ text, tone })
  })

  it.each([
    [null, 'Waiting for a free place'],
    [1, 'Next in the queue'],
    [2, '2nd in the queue'],
    [3, '3rd in the queue'],
    [11, '11th in the queue'],
    [21, '21st in the queue'],
  ])('for place %s in the queue', (position, text) => {
    expect(runWords({ state: 'queued', position } as Run).text).toBe(text)
  })

  it('for what keeps a run from starting', () => {
    expect(
      hurdleWords(finished('failed to start: Nothing answers, so nothing runs. Get an engine.')),
    ).toEqual({
      title: 'Nothing answers, so nothing runs',
      advice: 'Get an engine.',
    })
    expect(hurdleWords(finished('failed to start: the image is broken'))).toEqual({
      title: 'The run could not start',
      advice: 'The image is broken',
    })
    expect(hurdleWords(finished('exited(1)', 1))).toBeUndefined()
  })

  it('for durations', () => {
    expect(duration(421)).toBe('0.42 s')
    expect(duration(12_340)).toBe('12.3 s')
    expect(duration(184_000)).toBe('3 min 4 s')
  })

  it('for the past', () => {
    expect(ago(1000, 30_000)).toBe('just now')
    expect(ago(0, 3 * 3_600_000)).toBe('3 hours ago')
    expect(ago(0, 26 * 3_600_000)).toBe('yesterday')
  })

  it('for a failed join; none when the room is gone', () => {
    expect(joinFailure(new Unreachable(null))).toMatch(/cannot be reached/)
    expect(joinFailure(new Problem(409, 'Room full', 'All 200 places are taken.'))).toMatch(/200 places/)
    expect(joinFailure(new Problem(404, 'Not found', ''))).toBeUndefined()
  })

  it('for the saving state, which is never too good', () => {
    const best = { link: 'connected', saved: 'saved', synced: true, refused: false } as const
    expect(savingStatus({ ...best, link: 'connecting', synced: false })).toBe('connecting')
    expect(savingStatus({ ...best, synced: false })).toBe('connecting')
    expect(savingStatus({ ...best, saved: 'saving' })).toBe('saving')
    expect(savingStatus({ ...best, saved: 'late' })).toBe('late')
    expect(savingStatus({ ...best, link: 'offline' })).toBe('offline')
    expect(savingStatus({ ...best, link: 'offline', refused: true })).toBe('refused')
    expect(savingStatus(best)).toBe('saved')
  })
})

describe('arguments', () => {
  it.each([
    ['', []],
    ['a  b', ['a', 'b']],
    [`--name "Ada L" 'x y'`, ['--name', 'Ada L', 'x y']],
    [`a\\ b "q\\"q" ''`, ['a b', 'q"q', '']],
  ])('of %j', (line, args) => {
    expect(parseArguments(line)).toEqual(args)
    expect(parseArguments(formatArguments(args))).toEqual(args)
  })

  it('with an open quote are none yet', () => {
    expect(parseArguments('a "b')).toBeUndefined()
  })
})

describe('small things', () => {
  it('routes', () => {
    expect(routeOf('/')).toEqual({ page: 'start' })
    expect(routeOf('/r/ab_C-1')).toEqual({ page: 'room', id: 'ab_C-1' })
    expect(routeOf('/r/a/b')).toEqual({ page: 'unknown' })
  })

  it('languages, the server’s catalogue first', () => {
    expect(languageOf('src/main.py')).toBe('python')
    expect(languageOf('Dockerfile')).toBe('dockerfile')
    expect(languageOf('notes')).toBe('plaintext')
    expect(languageOf('a.zig', [{ extensions: ['.zig'], monaco: 'cpp' }])).toBe('cpp')
  })

  it('ink that reads on a person’s colour', () => {
    expect(inkOn('#ffe08a')).toBe('#000')
    expect(inkOn('#1d4ed8')).toBe('#fff')
    expect(initials('Ada Lovelace')).toBe('AL')
    expect(initials('😀')).toBe('😀')
    expect(initials(' ')).toBe('?')
  })

  it('smallest replacements, whole code points', () => {
    expect(smallestReplacement('abc', 'abc')).toBeUndefined()
    expect(smallestReplacement('abc', 'axc')).toEqual({ start: 1, end: 2, text: 'x' })
    expect(smallestReplacement('x😀', 'x😃')).toEqual({ start: 1, end: 3, text: '😃' })
    expect(smallestReplacement('aa', 'aaa')).toEqual({ start: 2, end: 2, text: 'a' })
  })
})
