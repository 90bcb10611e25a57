import { describe, expect, it } from 'vitest'
import * as Y from 'yjs'
import { MonacoBinding } from '../src/editor/binding'
import { FakeModel } from './fakeModel'

/** One person: a document, a model and the binding between them; updates wait until they are delivered. */
class Side {
  readonly doc = new Y.Doc()
  readonly text = this.doc.getText('t')
  readonly model = new FakeModel()
  readonly binding = new MonacoBinding(this.text, this.model.asModel)
  readonly inbox: Uint8Array[] = []

  connect(other: Side) {
    this.doc.on('update', (update: Uint8Array, origin: unknown) => {
      if (origin !== 'network') other.inbox.push(update)
    })
  }

  receive(count = Infinity) {
    for (const update of this.inbox.splice(0, count)) Y.applyUpdate(this.doc, update, 'network')
  }
}

function pair(): [Side, Side] {
  const a = new Side()
  const b = new Side()
  a.connect(b)
  b.connect(a)
  return [a, b]
}

function settle(a: Side, b: Side) {
  while (a.inbox.length > 0 || b.inbox.length > 0) {
    a.receive()
    b.receive()
  }
}

describe('MonacoBinding', () => {
  it('shows the text that is there when it binds', () => {
    const doc = new Y.Doc()
    const text = doc.getText('t')
    text.insert(0, 'a = 1\n')
    const model = new FakeModel('old')
    new MonacoBinding(text, model.asModel).dispose()
    expect(model.getValue()).toBe('a = 1\n')
  })

  it('undoes own edits only, when others have typed around them', () => {
    const [a, b] = pair()
    a.model.edit({ start: 0, text: 'hello' })
    settle(a, b)
    b.model.edit({ start: 0, text: 'REMOTE ' })
    b.model.edit({ start: 12, text: ' TAIL' })
    settle(a, b)
    a.model.undo()
    settle(a, b)
    expect(a.model.getValue()).toBe('REMOTE  TAIL')
    expect(b.model.getValue()).toBe('REMOTE  TAIL')
    a.model.redo()
    expect(a.model.getValue()).toBe('REMOTE hello TAIL')
  })

  it('ends an undo group where the editor does', () => {
    const [a] = pair()
    a.model.edit({ start: 0, text: 'one ' })
    a.model.pushStackElement()
    a.model.edit({ start: 4, text: 'two' })
    a.model.undo()
    expect(a.model.getValue()).toBe('one ')
  })

  it('sends what a listener changes while a remote edit is applied', () => {
    const [a, b] = pair()
    a.model.onDidChangeContent(() => {
      if (!a.model.getValue().includes('L')) a.model.edit({ start: 0, text: 'L' })
    })
    b.model.edit({ start: 0, text: 'R' })
    settle(a, b)
    expect(a.text.toString()).toBe('LR')
    expect(b.model.getValue()).toBe('LR')
  })

  it('takes several changes of one edit in any order', () => {
    const [a, b] = pair()
    a.model.edit({ start: 0, text: 'one\ntwo\n' })
    a.model.edit({ start: 0, text: '# ' }, { start: 4, text: '# ' })
    settle(a, b)
    expect(b.model.getValue()).toBe('# one\n# two\n')
  })

  it('stores whole code points when an edit splits a pair', () => {
    const [a, b] = pair()
    a.model.edit({ start: 0, text: 'x😀y' })
    a.model.edit({ start: 2, end: 3, text: '😃'.charAt(1) })
    settle(a, b)
    expect(a.text.toString()).toBe('x😃y')
    const parts: { insert: string }[] = a.text.toDelta()
    expect(parts.filter((part) => /\p{Surrogate}/u.test(part.insert))).toEqual([])
    expect(b.model.getValue()).toBe('x😃y')
  })

  it('shows what the document says when a writer splits a pair or brings a CR', () => {
    const [a, b] = pair()
    a.model.edit({ start: 0, text: 'x😀y' })
    settle(a, b)
    b.text.delete(2, 1)
    b.text.insert(0, 'a\r\n')
    settle(a, b)
    // Yjs replaces both halves of a split pair: nothing can bring that character back.
    expect(a.model.getValue()).toBe('a\nx\ufffdy')
    expect(b.model.getValue()).toBe(a.model.getValue())
    expect(a.text.toString()).toBe(a.model.getValue())
    expect(b.text.toString()).toBe(a.model.getValue())
  })

  it.each(Array.from({ length: 25 }, (_, seed) => seed))('converges under random edits (seed %i)', (seed) => {
    const random = generator(seed)
    const sides = pair()
    const pieces = ['a', 'foo', '\n', '  ', 'x\ny', 'ö', '😀', '漢', '\t']
    for (let step = 0; step < 120; step += 1) {
      const side = random() < 0.5 ? sides[0] : sides[1]
      const what = random()
      const length = side.model.getValueLength()
      const start = wholeOffset(side.model.getValue(), Math.floor(random() * (length + 1)))
      const end = wholeOffset(side.model.getValue(), Math.min(length, start + Math.floor(random() * 5)))
      const text = pieces[Math.floor(random() * pieces.length)] ?? ''
      if (what < 0.6) side.model.edit({ start, end: what < 0.2 ? Math.max(start, end) : start, text })
      else if (what < 0.7) side.model.undo()
      else if (what < 0.75) side.model.redo()
      else side.receive(1 + Math.floor(random() * 3))
    }
    settle(...sides)
    const [a, b] = sides
    expect(a.model.getValue()).toBe(a.text.toString())
    expect(b.model.getValue()).toBe(a.model.getValue())
  })
})

function wholeOffset(text: string, offset: number): number {
  return (text.charCodeAt(offset) & 0xfc00) === 0xdc00 ? offset - 1 : offset
}

/** mulberry32: the same numbers for the same seed. */
function generator(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}
