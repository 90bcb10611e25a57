// @vitest-environment happy-dom
import { cleanup, fireEvent, render, screen, waitFor } from '@testing-library/react'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { createStore } from 'zustand/vanilla'
import type { Artefact, Run } from '../src/api/types'
import { RoomContext, type RoomContextValue } from '../src/app/useRoom'
import { isText, kindOf, size } from '../src/artefacts/kinds'
import { hasResults, RunResults } from '../src/artefacts/RunResults'
import { after, runOf } from './room'

const text: Artefact = { id: 'a', path: 'out/notes.txt', bytes: 5, media_type: 'text/plain', kept: false }
const archive: Artefact = { ...text, id: 'b', path: 'all.zip', media_type: 'application/octet-stream' }

function show(run: Run) {
  const state = after({ type: 'run.artefacts', run, artefacts: run.artefacts })
  const session = { token: 't', roomId: 'r' }
  const value = { room: { session, state: createStore(() => state) } } as unknown as RoomContextValue
  const shown = state.runs.find(({ number }) => number === run.number)
  return render(<RoomContext value={value}>{shown ? <RunResults run={shown} /> : null}</RoomContext>)
}

const finished = (changes: Partial<Run>): Run => ({ ...runOf(3, 'finished'), ...changes })

afterEach(() => {
  cleanup()
  vi.unstubAllGlobals()
})

describe('what a run left', () => {
  it('is nothing, mostly', () => {
    expect(hasResults(finished({ output_bytes: 7, kept_bytes: 7 }))).toBe(false)
    expect(hasResults({ ...finished({ artefacts: [text] }), state: 'running' })).toBe(false)
    expect(hasResults(finished({ artefacts: [text] }))).toBe(true)
  })

  it('is listed, with what was too much', () => {
    show(finished({ artefacts: [archive, text], missed_files: 1 }))
    expect(screen.getAllByTestId('artefact').map((card) => card.textContent)).toEqual([
      'all.zip5 bytes',
      'notes.txt5 bytes',
    ])
    expect(screen.getByTestId('results-missed').textContent).toBe('1 more file was too large or too many.')
    expect(screen.queryByTestId('whole-output')).toBeNull()
  })

  it('has the output that was too much to show', () => {
    show(finished({ output_bytes: 1_048_700, kept_bytes: 16_777_216 }))
    expect(screen.getByTestId('whole-output').textContent).toBe('Download all output17 MB')
  })

  it('can be looked at, and a text be kept', async () => {
    const fetched = vi.fn(async (path: string) => new Response(path.endsWith('/a') ? '<b>5</b>' : ''))
    vi.stubGlobal('fetch', fetched)
    show(finished({ artefacts: [text] }))
    fireEvent.click(screen.getByTestId('artefact'))
    await waitFor(() => expect(screen.getByTestId('text-preview').textContent).toBe('<b>5</b>'))
    fireEvent.click(screen.getByRole('button', { name: 'Keep in the room’s files' }))
    await waitFor(() => expect(fetched).toHaveBeenCalledTimes(2))
    expect(fetched.mock.calls[1]?.[0]).toBe('/api/rooms/r/runs/3/artefacts/a/keep')
  })

  it('says so when it cannot be loaded', async () => {
    vi.stubGlobal(
      'fetch',
      async () =>
        new Response('{"title": "Gone", "detail": "It is gone."}', {
          status: 404,
          headers: { 'content-type': 'application/problem+json' },
        }),
    )
    show(finished({ artefacts: [{ ...text, id: 'gone' }] }))
    fireEvent.click(screen.getByTestId('artefact'))
    const told = await screen.findByText('It could not be loaded: It is gone.')
    expect(told.className).toBe('preview-note')
  })
})

describe('a kind of file', () => {
  it('is what the server says, and never a page', () => {
    expect(kindOf({ media_type: 'image/png' })).toBe('picture')
    expect(kindOf({ media_type: 'text/csv' })).toBe('text')
    expect(kindOf({ media_type: 'application/pdf' })).toBe('other')
    expect(isText({ ...text, media_type: 'image/svg+xml' })).toBe(true)
    expect(isText(archive)).toBe(false)
  })

  it('has a size in words', () => {
    expect([1, 999, 1000, 9_949, 9_950, 999_499, 999_500, 16_777_216].map(size)).toEqual([
      '1 byte',
      '999 bytes',
      '1.0 KB',
      '9.9 KB',
      '10 KB',
      '999 KB',
      '1.0 MB',
      '17 MB',
    ])
  })
})
