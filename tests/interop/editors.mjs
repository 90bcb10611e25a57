// Stock yjs documents that edit all that Yjs has, at random but replayable, by JSON lines on stdin:
// {do, ...} is answered on stdout by {result} or {error}. Updates travel as base64.
import { createInterface } from 'node:readline'
import * as Y from 'yjs'

const decode = (update) => Buffer.from(update, 'base64')
const encode = (update) => Buffer.from(update).toString('base64')

let random = Math.random
const below = (limit) => Math.floor(random() * limit)
const pick = (list) => list[below(list.length)]

// mulberry32
const seeded = (seed) => () => {
  seed = (seed + 0x6d2b79f5) | 0
  let t = Math.imul(seed ^ (seed >>> 15), 1 | seed)
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
  return ((t ^ (t >>> 14)) >>> 0) / 4294967296
}

const remote = Symbol('remote')
const WORDS = ['a', 'bc', 'x = 1\n', 'é', '日本', 'word ', '\n', 'x'.repeat(150)]
const KEYS = ['path', 'line', 'k', 'long key']

const value = (depth = 0) =>
  pick([
    () => pick(WORDS),
    () => below(1000),
    () => random() < 0.5,
    () => null,
    () => undefined,
    () => random(),
    () => new Uint8Array([1, 2, 3]),
    () => ({ a: [1, { b: null }] }),
    () => new Y.Doc(),
    ...(depth > 2 ? [] : [() => shared(depth), () => shared(depth), () => shared(depth)]),
  ])()

const shared = (depth) =>
  pick([
    () => new Y.Text(pick(WORDS)),
    () => new Y.Array(),
    () => new Y.Array([1, 2, 'three']),
    () => new Y.Map(Object.entries({ path: 'p', nested: value(depth + 1) })),
    () => node(),
  ])()

const node = () => {
  if (random() < 0.4) return new Y.XmlText(pick(WORDS))
  const element = new Y.XmlElement(pick(['p', 'div']))
  if (random() < 0.5) element.setAttribute(pick(KEYS), pick(WORDS))
  if (random() < 0.5) element.insert(0, [new Y.XmlText('t'), new Y.XmlElement('b')])
  return element
}

const stretch = (length) => {
  const start = below(length + 1)
  return [start, Math.min(below(4), length - start)]
}

const editText = (text) => {
  const [start, count] = stretch(text.length)
  pick([
    () => text.insert(start, pick(WORDS)),
    () => text.insert(text.length, pick(WORDS)),
    () => text.insert(start, pick(WORDS), { bold: true }),
    () => text.delete(start, count),
    () => text.format(start, count, { [pick(['bold', 'em'])]: pick([true, null, { n: 1 }]) }),
    () => text.insertEmbed(start, pick([{ image: 'x' }, 'embed'])),
    () => text.insertEmbed(start, new Y.Map([['k', 1]])),
    () => text.setAttribute(pick(KEYS), pick(WORDS)),
  ])()
}

const editArray = (array) => {
  const [start, count] = stretch(array.length)
  pick([
    () => array.insert(start, [value() ?? null]),
    () => array.push([1, 'two', value() ?? null]),
    () => array.delete(start, count),
    () => {
      // Moved as applications do it: taken out, and put in elsewhere.
      if (!array.length) return
      const taken = array.get(below(array.length))
      array.delete(array.toArray().indexOf(taken), 1)
      array.insert(below(array.length + 1), [taken instanceof Y.AbstractType ? taken.clone() : typeof taken === 'object' ? 1 : taken])
    },
  ])()
}

const editMap = (map) => {
  if (random() < 0.3) map.delete(pick(KEYS))
  else map.set(pick(KEYS), value())
}

const editXml = (fragment) => {
  const [start, count] = stretch(fragment.length)
  if (fragment instanceof Y.XmlElement && random() < 0.3) fragment.setAttribute(pick(KEYS), pick(WORDS))
  else if (fragment instanceof Y.XmlElement && random() < 0.1) fragment.removeAttribute(pick(KEYS))
  else if (random() < 0.4) fragment.delete(start, count)
  else fragment.insert(start, [node()])
}

// Goes from a root type down to a type in it, and edits that.
const edit = (type) => {
  const children =
    type instanceof Y.Text ? [] : type instanceof Y.Map ? [...type.values()] : type.toArray()
  const types = children.filter((child) => child instanceof Y.AbstractType)
  if (types.length && random() < 0.6) return edit(pick(types))
  if (type instanceof Y.Text) return editText(type)
  if (type instanceof Y.Map) return editMap(type)
  if (type instanceof Y.Array) return editArray(type)
  return editXml(type)
}

const rootsOf = (doc) => [
  ...['files', 'settings', 'breakpoints', 'm'].map((name) => doc.getMap(name)),
  ...['watches', 'a'].map((name) => doc.getArray(name)),
  doc.getText('text'),
  doc.getText('text'),
  doc.getXmlFragment('x'),
]

let editors = []

const editorOf = (client, gc) => {
  const doc = new Y.Doc({ gc })
  doc.clientID = client
  const sent = []
  doc.on('update', (update, origin) => origin === remote || sent.push(encode(update)))
  return { doc, sent, undo: new Y.UndoManager(rootsOf(doc), { captureTimeout: 0 }) }
}

const view = (doc) =>
  JSON.stringify(rootsOf(doc).map((root) => (root instanceof Y.Text ? root.toDelta() : root)), (_key, item) =>
    item instanceof Y.Doc ? 'doc' : item !== null && item?.constructor === Object ? Object.fromEntries(Object.entries(item).sort(([one], [other]) => (one < other ? -1 : 1))) : item,
  )

const actions = {
  begin({ seed, clients }) {
    random = seeded(seed)
    editors = clients.map((client, index) => editorOf(client, index % 3 !== 2))
  },
  // Edits several times; returns the updates that this sends.
  work({ who, count }) {
    const { doc, sent, undo } = editors[who]
    for (let done = 0; done < count; done++) {
      const luck = random()
      if (luck < 0.12) undo.undo()
      else if (luck < 0.2) undo.redo()
      else if (luck < 0.35) doc.transact(() => { for (let more = below(5); more >= 0; more--) edit(pick(rootsOf(doc))) })
      else edit(pick(rootsOf(doc)))
    }
    return sent.splice(0)
  },
  take: ({ who, update }) => Y.applyUpdate(editors[who].doc, decode(update), remote),
  missing: ({ who, vector }) => encode(Y.encodeStateAsUpdate(editors[who].doc, decode(vector))),
  vector: ({ who }) => encode(Y.encodeStateVector(editors[who].doc)),
  read: () => editors.map(({ doc }) => view(doc)),
}

for await (const line of createInterface({ input: process.stdin })) {
  const { do: action, ...rest } = JSON.parse(line)
  let answer
  try {
    answer = { result: actions[action](rest) ?? null }
  } catch (error) {
    answer = { error: error.stack }
  }
  process.stdout.write(`${JSON.stringify(answer)}\n`)
}
