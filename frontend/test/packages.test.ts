import { describe, expect, it } from 'vitest'
import { changeWords, missingModule, nameOf, progressWords, requirementsIn } from '../src/packages/words'
import { noPackages } from '../src/collab/roomState'
import { after } from './room'

describe('what is typed to be installed', () => {
  it.each([
    ['requests==2.32 numpy', ['requests==2.32', 'numpy']],
    ['numpy >= 2, < 3   six', ['numpy>=2,<3', 'six']],
    ['a, b,\nc', ['a', 'b', 'c']],
    ['requests[a,b]>1,<2', ['requests[a,b]>1,<2']],
    ['express@^5 @types/node@22', ['express@^5', '@types/node@22']],
    ['a@1 || 2', ['a@1 || 2']],
    ['six six', ['six']],
    ['  ', []],
  ])('%s', (text, requirements) => {
    expect(requirementsIn(text)).toEqual(requirements)
  })

  it.each([
    ['numpy>=2', 'numpy'],
    ['requests[socks]==2', 'requests'],
    ['@types/node@22', '@types/node'],
    ['nanoid', 'nanoid'],
  ])('%s is about %s', (requirement, name) => {
    expect(nameOf(requirement)).toBe(name)
  })
})

describe('what a program lacks', () => {
  it.each([
    ["ModuleNotFoundError: No module named 'numpy'", 'numpy', 'numpy'],
    ["ModuleNotFoundError: No module named 'PIL.Image'", 'PIL', 'pillow'],
    ["\u001b[1;35mModuleNotFoundError\u001b[0m: \u001b[35mNo module named 'six'\u001b[0m", 'six', 'six'],
    ["Error: Cannot find module 'nanoid'\nRequire stack:", 'nanoid', 'nanoid'],
    ["Cannot find package '@types/node' imported from /room/main.mjs", '@types/node', '@types/node'],
    ["Cannot find module 'lodash/fp'", 'lodash', 'lodash'],
  ])('%s', (output, module, name) => {
    expect(missingModule(output)).toEqual({ module, package: name })
  })

  it.each(["Cannot find module './mine'", "Cannot find module '/room/x'", "Cannot find module 'node:x'", ''])(
    'is nothing that can be installed: %s',
    (output) => {
      expect(missingModule(output)).toBeUndefined()
    },
  )
})

describe('a change', () => {
  const change = { ...noPackages, by: 'p2', by_name: 'Bob', requirements: ['six'] }

  it('is told with who makes it and how far it is', () => {
    expect(changeWords(change, 'p1')).toBe('Bob is installing six')
    expect(changeWords({ ...change, requirements: [] }, 'p2')).toBe('You are removing a package')
    const downloading = {
      ...change,
      state: 'downloading' as const,
      received_bytes: 2_000_000,
      line: '1 of 2',
    }
    expect(progressWords(downloading)).toBe('Downloading · 2.0 MB so far · 1 of 2')
    expect(progressWords({ ...change, state: 'queued' })).toBe('Waiting for its turn')
  })

  it('leaves what is installed as it is until it has ended', () => {
    const set = {
      manager: 'pip',
      runtime: 'python-3.13',
      runtimes: [],
      requirements: [],
      packages: [],
      bytes: 1,
    }
    const ready = { type: 'packages.changed', ...change, packages: [set] }
    const { packages: _, ...going } = { ...change, state: 'downloading', percent: 40 }
    const { packages } = after(ready, { type: 'packages.changed', ...going })
    expect(packages.packages).toEqual([set])
    expect([packages.state, packages.percent]).toEqual(['downloading', 40])
  })
})
