import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { languageOf } from '../src/editor/languages'

const DEFINITIONS = new URL('../node_modules/monaco-editor/esm/vs/languages/definitions/', import.meta.url)
const CATALOGUE = new URL('../../executor/languages/', import.meta.url)

const octave = { extensions: ['.m'], monaco: 'plaintext' }
const objectiveC = { extensions: ['.m', '.h'], monaco: 'objective-c' }

describe('the highlighting of a file', () => {
  it('is what the first runtime says that knows the extension', () => {
    expect(languageOf('a/main.m', [octave, objectiveC])).toBe('plaintext')
    expect(languageOf('a/main.m', [objectiveC, octave])).toBe('objective-c')
    expect(languageOf('README.MD', [octave])).toBe('markdown')
    expect(languageOf('x/Dockerfile', [])).toBe('dockerfile')
    expect(languageOf('.gitignore', [])).toBe('plaintext')
  })

  it('of every language on offer is one that the editor has', () => {
    const registered = readdirSync(DEFINITIONS, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .flatMap(({ name }) => {
        const source = readFileSync(new URL(`${name}/register.js`, DEFINITIONS), 'utf8')
        return [...source.matchAll(/\bid: "([^"]+)"/g)].map((match) => match[1])
      })
    const known = new Set([...registered, 'json', 'plaintext'])
    const files = readdirSync(CATALOGUE).filter((name) => name.endsWith('.toml'))
    expect(files.length).toBeGreaterThan(0)
    const unknown = files.filter((name) => {
      const source = readFileSync(new URL(name, CATALOGUE), 'utf8')
      return !known.has(/^monaco = "(.+)"$/m.exec(source)?.[1])
    })
    expect(unknown).toEqual([])
  })
})
