import { describe, expect, it, vi } from 'vitest'
import * as Y from 'yjs'
import { Workspace } from '../src/collab/workspace'

function room() {
  const workspace = new Workspace(new Y.Doc())
  return { workspace, configurations: workspace.configurations }
}

describe('run configurations', () => {
  it('are the default one at first, which says nothing', () => {
    const { configurations } = room()
    expect(configurations.list()).toEqual([])
    expect(configurations.chosen).toBeNull()
    expect(configurations.active).toEqual({})
  })

  it('are listed by name, and one is chosen for Run', () => {
    const { workspace, configurations } = room()
    const tests = configurations.add('Tests', null)
    const bench = configurations.add('Bench', null)
    expect(configurations.list().map(({ id }) => id)).toEqual([bench, tests])
    configurations.set(tests, 'entry', 'tests.py')
    configurations.choose(tests)
    expect(workspace.setting('entry')).toBe('tests.py')
    configurations.choose(null)
    expect(workspace.setting('entry')).toBeUndefined()
  })

  it('have the room’s language until they name another', () => {
    const { workspace, configurations } = room()
    configurations.set(null, 'runtime', 'python-3.11')
    const id = configurations.add('Tests', null)
    configurations.choose(id)
    expect(workspace.setting('runtime')).toBe('python-3.11')
    configurations.set(id, 'runtime', 'node-node-22')
    expect(workspace.setting('runtime')).toBe('node-node-22')
  })

  it('can be made like another, and changed apart', () => {
    const { configurations } = room()
    configurations.set(null, 'env', { A: '1' })
    const id = configurations.add('Copy', null)
    configurations.set(id, 'env', { A: '2' })
    expect(configurations.read(null).env).toEqual({ A: '1' })
    expect(configurations.read(id)).toEqual({ env: { A: '2' } })
  })

  it('can be removed and put back, chosen as it was', () => {
    const { configurations } = room()
    const id = configurations.add('Tests', null)
    configurations.set(id, 'args', ['-v'])
    configurations.choose(id)
    const undo = configurations.remove(id)
    expect([configurations.list(), configurations.chosen]).toEqual([[], null])
    undo()
    expect(configurations.read(id)).toEqual({ args: ['-v'] })
    expect(configurations.chosen).toBe(id)
  })

  it('are changed by two at once without loss', () => {
    const [one, other] = [room(), room()]
    const id = one.configurations.add('Tests', null)
    const meet = () => {
      Y.applyUpdate(other.workspace.doc, Y.encodeStateAsUpdate(one.workspace.doc))
      Y.applyUpdate(one.workspace.doc, Y.encodeStateAsUpdate(other.workspace.doc))
    }
    meet()
    one.configurations.set(id, 'entry', 'a.py')
    other.configurations.set(id, 'args', ['x'])
    other.configurations.add('More', null)
    meet()
    expect(one.configurations.read(id)).toEqual({ entry: 'a.py', args: ['x'] })
    expect(one.configurations.list()).toEqual(other.configurations.list())
  })

  it('are read as missing where others wrote them wrongly', () => {
    const { workspace, configurations } = room()
    const settings = workspace.doc.getMap('settings')
    settings.set('args', [1, 'two'])
    settings.set('entry', 5)
    settings.set('env', { A: 1, B: '2' })
    settings.set('configuration', 'gone')
    workspace.doc.getMap('configurations').set('odd', 'no map')
    expect(configurations.active).toEqual({ args: ['two'], env: { B: '2' } })
    expect(configurations.list()).toEqual([])
  })

  it('tell of every change', () => {
    const { workspace, configurations } = room()
    const id = configurations.add('Tests', null)
    const changed = vi.fn()
    const stop = workspace.observe(changed)
    configurations.set(id, 'stdin', 'input.txt')
    configurations.rename(id, 'Checks')
    configurations.choose(id)
    expect(changed).toHaveBeenCalledTimes(3)
    stop()
    configurations.remove(id)
    expect(changed).toHaveBeenCalledTimes(3)
  })
})
