// What yjs makes of updates, by JSON lines on stdin: {do, ...} is answered on stdout by {result} or {error}.
// Updates travel as base64. Indices into texts count code points, so that no edit splits a character.
import { createInterface } from 'node:readline'
import * as Y from 'yjs'

const decode = (update) => Buffer.from(update, 'base64')
const encode = (update) => Buffer.from(update).toString('base64')

// [path, text] of each file; entries of a foreign shape are passed over, as the server does.
const texts = (doc) =>
  [...doc.getMap('files').values()]
    .filter((file) => file instanceof Y.Map)
    .map((file) => [file.get('path'), file.get('text')])
    .filter(([path, text]) => typeof path === 'string' && text instanceof Y.Text && !(text instanceof Y.XmlText))
    .map(([path, text]) => [path, text.toString()])

const isComplete = (doc) => doc.store.pendingStructs === null && doc.store.pendingDs === null

const state = (doc) => ({
  files: texts(doc),
  text: doc.getText('text').toString(),
  complete: isComplete(doc),
  update: encode(Y.encodeStateAsUpdate(doc)),
})

const isType = (value) => value instanceof Y.AbstractType

// Everything that an application can read, as JSON; reading it all must throw nowhere.
const view = (doc) => ({
  complete: isComplete(doc),
  files: texts(doc).sort(),
  maps: ['files', 'settings', 'breakpoints'].map((root) => doc.getMap(root).toJSON()),
  watches: doc.getArray('watches').toJSON(),
  text: doc.getText('text').toString(),
  delta: doc.getText('text').toDelta().map(({ insert, ...rest }) => [isType(insert) ? insert.toJSON() : insert, rest]),
  xml: doc.getXmlFragment('x').toArray().map((node) => (isType(node) ? node.toString() : node)),
})

const sorted = (item) => Object.fromEntries(Object.entries(item).sort(([one], [other]) => (one < other ? -1 : 1)))

// With the keys of objects in order; yrs makes a number of a bigint that is small enough.
const asJson = (value) =>
  JSON.stringify(value, (_key, item) => {
    if (typeof item === 'bigint') return Number(item)
    return item !== null && typeof item === 'object' && !Array.isArray(item) ? sorted(item) : item
  })

const load = (updates, client) => {
  const doc = new Y.Doc()
  if (client !== undefined) doc.clientID = client
  for (const update of updates) Y.applyUpdate(doc, decode(update))
  return doc
}

const units = (points) => points.join('').length

// Deletes `count` code points at `at` (both wrap around) and inserts `text` there.
const edit = (text, { at, count, insert }) => {
  const points = [...text.toString()]
  const start = at % (points.length + 1)
  const gone = points.slice(start, start + count)
  const index = units(points.slice(0, start))
  if (gone.length) text.delete(index, units(gone))
  if (insert) text.insert(index, insert)
}

const synchronise = (docs, log) => {
  const known = docs.map((doc) => Y.encodeStateVector(doc))
  for (const doc of docs) {
    docs.forEach((other, index) => {
      if (other !== doc) Y.applyUpdate(other, Y.encodeStateAsUpdate(doc, known[index]), log)
    })
  }
}

const actions = {
  // The state after all updates, and the files after each.
  load({ updates }) {
    const doc = new Y.Doc()
    const files = updates.map((update) => {
      Y.applyUpdate(doc, decode(update))
      return texts(doc)
    })
    return { ...state(doc), after: files }
  },

  // What clients read: one that was there from the start, one that joins now, one that collects
  // nothing, one that got updates merged; and what they read once each has all that the others have.
  // Marks that yjs itself tidies up, each client for itself, are compared only then.
  witness({ updates, merged, encoded }) {
    const live = load(updates)
    const joined = load([encoded])
    const hoarder = new Y.Doc({ gc: false })
    for (const update of updates) Y.applyUpdate(hoarder, decode(update))
    const docs = [live, joined, hoarder, load(merged)]
    const apart = docs.map((doc) => asJson({ ...view(doc), delta: null, xml: null }))
    for (let round = 0; round < 3; round++) synchronise(docs)
    const together = docs.map((doc) => asJson(view(doc)))
    return { apart, together, files: texts(live), text: live.getText('text').toString() }
  },

  // Several clients edit the file's text, apart until a step says {sync: true}. Returns what each
  // sends as it edits, in that order, and the state that all have in the end.
  history({ base, clients, steps }) {
    const updates = []
    const remote = Symbol('remote')
    const docs = clients.map((client) => load(base, client))
    for (const doc of docs) {
      doc.on('update', (update, origin) => origin === remote || updates.push(encode(update)))
    }
    const textOf = (doc) => doc.getMap('files').values().next().value.get('text')
    for (const step of steps) {
      if (step.sync) synchronise(docs, remote)
      else edit(textOf(docs[step.client % docs.length]), step)
    }
    synchronise(docs, remote)
    const all = docs.map((doc) => textOf(doc).toString())
    return { updates, texts: all, ...state(docs[0]) }
  },

  // What a client sends that edits by UTF-16 units, as careless editors do. `edits` are
  // [at, delete count, insert] or [at, count, {format}], all on the root text `text`.
  split({ base, client, edits }) {
    const doc = load(base, client)
    const updates = []
    doc.on('update', (update) => updates.push(encode(update)))
    const text = doc.getText('text')
    for (const [at, count, insert] of edits) {
      if (insert && typeof insert === 'object') text.format(at, count, insert)
      else {
        if (count) text.delete(at, count)
        if (insert) text.insert(at, insert)
      }
    }
    return { updates, ...state(doc) }
  },
}

for await (const line of createInterface({ input: process.stdin })) {
  const { do: action, ...rest } = JSON.parse(line)
  let answer
  try {
    answer = { result: actions[action](rest) }
  } catch (error) {
    answer = { error: error.stack }
  }
  process.stdout.write(`${JSON.stringify(answer)}\n`)
}
