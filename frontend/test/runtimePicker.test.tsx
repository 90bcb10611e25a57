// @vitest-environment happy-dom
import { cleanup, fireEvent, render, screen } from '@testing-library/react'
import { afterEach, describe, expect, it, vi } from 'vitest'
import type { Runtime } from '../src/api/types'
import { matching } from '../src/runtimes/matching'
import { RuntimePicker } from '../src/runtimes/RuntimePicker'
import { runtime as python } from './room'

function runtimeOf(language: string, name: string, version: string, extension: string): Runtime {
  const id = `${language}-${version.toLowerCase().replace(' ', '-')}`
  return { ...python, id, language, name, version, extensions: [extension], state: 'missing' }
}

const runtimes: Runtime[] = [
  runtimeOf('c', 'C', 'GCC 14', '.c'),
  runtimeOf('c', 'C', 'Clang 19', '.c'),
  runtimeOf('cpp', 'C++', 'GCC 14', '.cpp'),
  runtimeOf('chez', 'Scheme (Chez)', '10.0', '.ss'),
  runtimeOf('jython', 'Jython', '2.7', '.py'),
  { ...python, state: 'ready' },
  { ...python, id: 'python-3.9', version: '3.9', state: 'failed' },
  runtimeOf('rust', 'Rust', '1.85', '.rs'),
]

const found = (query: string) => matching(runtimes, query, 'rust-1.85').map(({ id }) => id)

describe('the search for a language', () => {
  it('begins with what is chosen, then what runs at once, and keeps the versions of a language together', () => {
    expect(found('')).toEqual(['rust', 'python', 'c', 'cpp', 'chez', 'jython'])
    expect(matching(runtimes, '', 'python-3.9')[0]?.versions.map(({ version }) => version)).toEqual([
      '3.13',
      '3.9',
    ])
  })

  it('puts the language of that name before those that only contain it', () => {
    expect(found('c')[0]).toBe('c')
    expect(found('RUS')).toEqual(['rust'])
    expect(found('scheme')).toEqual(['chez'])
    expect(found('.py')).toEqual(['jython', 'python'])
    expect(found('rs')[0]).toBe('rust')
  })

  it('takes several words, in any order, versions too', () => {
    expect(matching(runtimes, 'clang c', '').map(({ versions }) => versions.map(({ id }) => id))).toEqual([
      ['c-clang-19'],
    ])
    expect(found('python 4')).toEqual([])
  })
})

const onChange = vi.fn<(runtime: Runtime) => void>()

function openPicker() {
  render(
    <RuntimePicker
      id="runtime"
      testId="picker"
      runtimes={runtimes}
      value="python-3.13"
      disabled={false}
      onChange={onChange}
    />,
  )
  fireEvent.click(screen.getByRole('button', { name: 'Language: Python 3.13' }))
  return screen.getByRole('combobox', { name: 'Search languages' })
}

/** What a screen reader says while the keys go through the list. */
function active(input: HTMLElement) {
  return document.getElementById(input.getAttribute('aria-activedescendant') ?? '')?.textContent
}

afterEach(() => {
  cleanup()
  onChange.mockClear()
})

describe('the language picker', () => {
  it('opens at the chosen language and tells the state of each', () => {
    const input = openPicker()
    expect(active(input)).toBe('Python 3.13 ready')
    expect(screen.getByRole('option', { selected: true }).textContent).toBe('Python 3.13 ready')
    expect(screen.getByRole('option', { name: 'Python 3.9 could not be built' })).toBeTruthy()
    expect(screen.getAllByRole('group').map((group) => group.getAttribute('aria-label'))).toContain('C++')
  })

  it('is used by the keyboard alone', () => {
    const input = openPicker()
    fireEvent.keyDown(input, { key: 'ArrowDown' })
    expect(active(input)).toBe('Python 3.9 could not be built')
    fireEvent.keyDown(input, { key: 'PageDown' })
    expect(active(input)).toBe('Rust 1.85 built on first run')
    fireEvent.keyDown(input, { key: 'PageUp' })
    expect(active(input)).toBe('Python 3.13 ready')
    fireEvent.change(input, { target: { value: 'c' } })
    expect(active(input)).toBe('C GCC 14 built on first run')
    fireEvent.keyDown(input, { key: 'ArrowDown' })
    fireEvent.keyDown(input, { key: 'Enter' })
    expect(onChange.mock.calls.map(([runtime]) => runtime.id)).toEqual(['c-clang-19'])
    expect(screen.queryByRole('combobox')).toBeNull()
  })

  it('says when nothing fits, and then Enter chooses nothing', () => {
    const input = openPicker()
    fireEvent.change(input, { target: { value: 'klingon' } })
    expect(screen.getByRole('status').textContent).toBe('No language fits “klingon”.')
    fireEvent.keyDown(input, { key: 'Enter' })
    expect(onChange).not.toHaveBeenCalled()
  })

  it('is used by the mouse', () => {
    openPicker()
    fireEvent.click(screen.getByRole('option', { name: /^Rust/ }))
    expect(onChange.mock.calls.map(([runtime]) => runtime.id)).toEqual(['rust-1.85'])
  })
})
