import { describe, expect, it } from 'vitest'
import { entryFile } from '../src/collab/entryFile'

const python = { entry: 'main.py', extensions: ['.py'] }
const files = (...paths: string[]) => paths.map((path) => ({ id: path, path }))

describe('the file that a room opens with', () => {
  it.each([
    ['the one that the settings name', files('a.py', 'b.py', 'main.py'), 'b.py', 'b.py'],
    ['the runtime’s, when none is named', files('README.md', 'a.py', 'main.py'), undefined, 'main.py'],
    ['the runtime’s, when the named one is gone', files('a.py', 'main.py'), 'gone.py', 'main.py'],
    ['the first in the language', files('README.md', 'app.py', 'b.py'), undefined, 'app.py'],
    ['else the first', files('README.md', 'notes.txt'), undefined, 'README.md'],
  ])('is %s', (_case, present, named, opened) => {
    expect(entryFile(present, named, python)?.path).toBe(opened)
  })

  it('is the first while the language is unknown, and none in an empty room', () => {
    expect(entryFile(files('README.md', 'main.py'), undefined, undefined)?.path).toBe('README.md')
    expect(entryFile([], 'main.py', python)).toBeUndefined()
  })
})
