import { describe, expect, it, vi } from 'vitest'
import * as Y from 'yjs'
import { textHash } from '../src/collab/textHash'
import { pathProblem, Workspace } from '../src/collab/workspace'
import { filesUnder, treeRows } from '../src/files/tree'
import { closeFile, createView, keepOpenFiles, openFile } from '../src/app/viewState'

describe('textHash', () => {
  it('equals the server’s, with paths in byte order', () => {
    const files = [
      { path: 'main.py', text: "print('hé😀')\n" },
      { path: 'a/b.py', text: '' },
      { path: 'ä.txt', text: 'x' },
      { path: 'Z', text: 'y\n' },
    ]
    // Computed with Python's hashlib, independently of this code.
    const expected = 'e6a06d47a098aa1b581320c60d5fb82f0cbe0f8324e286d312f6dc0ceb7ad0c6'
    expect(textHash(files)).toBe(expected)
    expect(textHash(files.toReversed())).toBe(expected)
  })

  it('is that of nothing for no files', () => {
    expect(textHash([])).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855')
  })
})

describe('Workspace', () => {
  it('creates, renames and removes, and brings back what was removed', () => {
    const workspace = new Workspace(new Y.Doc())
    const id = workspace.create('main.py', 'a\r\nb\n')
    workspace.rename(id, 'app.py')
    expect([...workspace.texts()]).toEqual([{ path: 'app.py', text: 'a\nb\n' }])
    const restore = workspace.remove([id])
    expect(workspace.list()).toEqual([])
    restore()
    expect(workspace.list()).toEqual([{ id, path: 'app.py' }])
    expect(workspace.text(id)?.toString()).toBe('a\nb\n')
  })

  it('tells of files and settings, never of text', () => {
    const workspace = new Workspace(new Y.Doc())
    const id = workspace.create('main.py')
    const changed = vi.fn()
    const stop = workspace.observe(changed)
    workspace.text(id)?.insert(0, 'x')
    expect(changed).not.toHaveBeenCalled()
    workspace.rename(id, 'b.py')
    workspace.configurations.set(null, 'entry', 'b.py')
    expect(changed).toHaveBeenCalledTimes(2)
    stop()
    workspace.configurations.set(null, 'entry', undefined)
    expect(changed).toHaveBeenCalledTimes(2)
    expect(workspace.setting('entry')).toBeUndefined()
  })

  it.each([
    ['', /Type a name/],
    ['a//b', /folders/],
    ['../x', /folders/],
    ['/x', /folders/],
    ['a\\b', /backslashes/],
    ['x'.repeat(300), /too long/],
    ['main.py', /already exists/],
    ['lib', /is a folder/],
    ['main.py/x', /is a file/],
  ])('refuses the path %j', (path, words) => {
    expect(pathProblem(path, ['main.py', 'lib/a.py'])).toMatch(words)
  })

  it('takes a good path', () => {
    expect(pathProblem('lib/ünïcode name.py', ['lib/a.py'])).toBeUndefined()
  })
})

describe('the file list', () => {
  const files = ['b.py', 'lib/z.py', 'a10.py', 'a9.py', 'lib/deep/x.py'].map((path) => ({ id: path, path }))

  it('shows folders first, numbers as people count', () => {
    const rows = treeRows(files, new Set())
    expect(rows.map((row) => '  '.repeat(row.level) + row.name)).toEqual([
      'lib',
      '  deep',
      '    x.py',
      '  z.py',
      'a9.py',
      'a10.py',
      'b.py',
    ])
  })

  it('hides what is in a closed folder, but knows it', () => {
    const rows = treeRows(files, new Set(['lib']))
    expect(rows.map((row) => row.name)).toEqual(['lib', 'a9.py', 'a10.py', 'b.py'])
    const [lib] = rows
    expect(lib && filesUnder(lib, files).map((file) => file.path)).toEqual(['lib/z.py', 'lib/deep/x.py'])
  })
})

describe('tabs', () => {
  it('open once, close to their neighbour, and go with their files', () => {
    const view = createView()
    openFile(view, 'a')
    openFile(view, 'b')
    openFile(view, 'a')
    expect(view.getState()).toMatchObject({ tabs: ['a', 'b'], active: 'a' })
    closeFile(view, 'a')
    expect(view.getState()).toMatchObject({ tabs: ['b'], active: 'b' })
    keepOpenFiles(view, [], undefined)
    expect(view.getState()).toMatchObject({ tabs: [], active: null })
  })

  it('begin with the first file', () => {
    const view = createView()
    keepOpenFiles(view, ['m'], 'm')
    expect(view.getState()).toMatchObject({ tabs: ['m'], active: 'm' })
  })
})
