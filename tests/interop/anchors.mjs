// Relative positions as yjs makes and finds them, for test_anchors.py: a JSON line in, one out.
import { createInterface } from 'node:readline'
import * as Y from 'yjs'

const room = (text) => {
  const doc = new Y.Doc()
  const file = new Y.Map([['path', 'main.py'], ['text', new Y.Text(text)]])
  doc.getMap('files').set('f', file)
  return doc
}
const textOf = (doc) => doc.getMap('files').get('f').get('text')
const encoded = (doc) => Buffer.from(Y.encodeStateAsUpdate(doc)).toString('base64')

// The offset at which so many of its code points end, so that no character is split.
const offset = (text, points) => [...text].slice(0, points % ([...text].length + 1)).join('').length
const anchorAt = (doc, index) =>
  Y.relativePositionToJSON(Y.createRelativePositionFromTypeIndex(textOf(doc), index, 0))

const actions = {
  anchors({ text, anchors, edits }) {
    const doc = room(text)
    const found = anchors.map((points) => anchorAt(doc, offset(text, points)))
    const editors = [doc, new Y.Doc(), new Y.Doc()]
    const join = () => {
      for (const from of editors) for (const to of editors) Y.applyUpdate(to, Y.encodeStateAsUpdate(from))
    }
    join()
    for (const [who, points, length, pieces] of edits) {
      const shared = textOf(editors[who])
      const before = shared.toString()
      const at = offset(before, points)
      shared.delete(at, [...before.slice(at)].slice(0, length).join('').length)
      shared.insert(at, pieces.join(''))
      if (points % 3 === 0) join()
    }
    join()
    const now = textOf(doc).toString()
    const lines = found
      .filter(({ item }) => item)
      .map((json) => {
        const position = Y.createRelativePositionFromJSON(json)
        const { index } = Y.createAbsolutePositionFromRelativePosition(position, doc)
        return { ...json.item, line: now.slice(0, index).split('\n').length }
      })
    return { update: encoded(doc), anchors: lines }
  },
  marked() {
    const doc = room('one\n  two\n')
    const breakpoint = (id, index, fields) =>
      doc.getMap('breakpoints').set(
        id,
        new Y.Map(Object.entries({ file: 'f', anchor: anchorAt(doc, index), by: 'p', ...fields })),
      )
    breakpoint('b1', 6, { condition: ' x > 1 ', enabled: true })
    breakpoint('b2', 10, { enabled: false })
    const called = Object.entries({ function: 'add', condition: 'a > 1', enabled: true, by: 'p' })
    doc.getMap('breakpoints').set('f', new Y.Map(called))
    doc.getMap('breakpoints').set('strange', 1)
    doc.getMap('breakpoints').set('empty', new Y.Map())
    doc.getArray('watches').push([{ id: 'w', expression: 'a + b', by: 'p' }, 7, { id: 'v' }])
    return { update: encoded(doc) }
  },
}

for await (const line of createInterface({ input: process.stdin })) {
  const { do: action, ...rest } = JSON.parse(line)
  let answer
  try {
    answer = { result: actions[action](rest) }
  } catch (error) {
    answer = { error: String(error) }
  }
  process.stdout.write(`${JSON.stringify(answer)}\n`)
}
