import { describe, expect, it } from 'vitest'
import * as Y from 'yjs'
import { asOneText, missingIn, Unsaved } from '../src/collab/unsaved'
import { Workspace } from '../src/collab/workspace'

function tracked() {
  const doc = new Y.Doc()
  const workspace = new Workspace(doc)
  const main = workspace.create('main.py', 'first\n')
  workspace.create('other.py', 'untouched\n')
  const unsaved = new Unsaved(workspace)
  doc.on('afterTransaction', (transaction) => unsaved.edited(transaction))
  return { main, workspace, unsaved }
}

describe('what the server has not confirmed', () => {
  it('is each file that was changed, as it reads now', () => {
    const { main, workspace, unsaved } = tracked()
    expect(unsaved.files()).toEqual([])
    workspace.text(main)?.insert(0, 'zeroth\n')
    workspace.text(main)?.insert(0, '# ')
    expect(unsaved.files()).toEqual([{ path: 'main.py', text: '# zeroth\nfirst\n' }])
    unsaved.clear()
    expect(unsaved.files()).toEqual([])
  })

  it('has new files, and renamed ones under their new names', () => {
    const { main, workspace, unsaved } = tracked()
    workspace.create('new.py', 'fresh\n')
    workspace.text(main)?.insert(0, 'x')
    workspace.rename(main, 'app.py')
    expect(unsaved.files().map((file) => file.path)).toEqual(['app.py', 'new.py'])
  })

  it('knows nothing of files that are gone, nor of run settings', () => {
    const { main, workspace, unsaved } = tracked()
    workspace.text(main)?.insert(0, 'x')
    workspace.remove([main])
    workspace.configurations.set(null, 'entry', 'other.py')
    expect(unsaved.files()).toEqual([])
  })

  it('is told from what the room has already', () => {
    const { workspace } = tracked()
    const gone = { path: 'gone.py', text: 'x' }
    const changed = { path: 'main.py', text: 'zeroth\nfirst\n' }
    const same = { path: 'other.py', text: 'untouched\n' }
    expect(missingIn(workspace, [gone, changed, same])).toEqual([gone, changed])
  })

  it('is copied as it is, and with names where there are several', () => {
    expect(asOneText([{ path: 'a', text: 'one\n' }])).toBe('one\n')
    expect(
      asOneText([
        { path: 'a', text: 'one\n' },
        { path: 'b', text: 'two' },
      ]),
    ).toBe('===== a =====\none\n\n===== b =====\ntwo')
  })
})
