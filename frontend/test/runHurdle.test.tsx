// @vitest-environment happy-dom
import { cleanup, fireEvent, render, screen } from '@testing-library/react'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { createStore } from 'zustand/vanilla'
import { RoomContext, type RoomContextValue } from '../src/app/useRoom'
import { RunHurdle } from '../src/runs/RunHurdle'
import { after, runOf, runtime } from './room'

const start = vi.fn<() => Promise<void>>()

/** Shows what a page shows of run 3 after these events. */
function show(...events: object[]) {
  const state = after(...events)
  const value = { room: { state: createStore(() => state) }, runs: { start } }
  const run = state.runs.at(-1)
  return render(
    <RoomContext value={value as unknown as RoomContextValue}>
      {run ? <RunHurdle run={run} /> : null}
    </RoomContext>,
  )
}

const preparing = { type: 'run.preparing', run: runOf(3, 'preparing') }
const building = (percent: number, line: string) => ({
  type: 'runtime.changed',
  runtime,
  state: 'building',
  percent,
  line,
})

afterEach(cleanup)

describe('before a run’s first output', () => {
  it('the making of a missing image is shown with how far it is', () => {
    show(preparing, building(10, 'Step 1/9'), building(40, 'Step 4/9 : RUN apt-get install'))
    expect(screen.getByRole('heading').textContent).toBe('Getting Python 3.13 ready')
    expect(screen.getByRole('progressbar', { name: 'Progress of Python 3.13' }).getAttribute('value')).toBe(
      '40',
    )
    expect(screen.getByText('Step 4/9 : RUN apt-get install')).toBeTruthy()
  })

  it('nothing is in the way when the image is there', () => {
    const ready = { type: 'runtime.changed', runtime, state: 'ready', percent: 100, line: '' }
    expect(show(building(90, 'almost'), ready, preparing).container.textContent).toBe('')
  })

  it('a missing engine is named, with what to do and a way to try again', () => {
    const outcome =
      'failed to start: No container engine answers, so nothing can be run. Run scripts/engine, or set CODLAB_DOCKER_HOST.'
    show({ type: 'run.finished', run: { ...runOf(3, 'finished'), outcome } })
    expect(screen.getByRole('heading').textContent).toBe('No container engine answers, so nothing can be run')
    expect(screen.getByText('scripts/engine').tagName).toBe('CODE')
    expect(screen.getByText('CODLAB_DOCKER_HOST').tagName).toBe('CODE')
    fireEvent.click(screen.getByRole('button', { name: 'Run again' }))
    expect(start).toHaveBeenCalledOnce()
  })
})
