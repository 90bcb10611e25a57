// A stock yjs + y-websocket client, driven by JSON lines on stdin: {id, do, ...} is answered on stdout
// by {id, result} or {id, error}. It knows nothing of our server but the shape of the room's document.
import { createInterface } from 'node:readline'
import WebSocket from 'ws'
import { WebsocketProvider } from 'y-websocket'
import * as authProtocol from 'y-protocols/auth'
import * as Y from 'yjs'

const doc = new Y.Doc()
let provider = null
const closes = []
const denials = []
const waiting = new Set()

const authorised = (token) =>
  class extends WebSocket {
    constructor(url, protocols) {
      super(url, protocols, { headers: { Authorization: `Bearer ${token}` } })
    }
  }

const fileAt = (path) =>
  [...doc.getMap('files').values()].find((file) => file.get('path') === path)

const textOf = (path) => {
  const text = fileAt(path)?.get('text')
  if (!text) throw new Error(`no file ${path}`)
  return text
}

// Everybody else, by awareness.
const others = () =>
  [...provider.awareness.getStates()]
    .filter(([client]) => client !== doc.clientID)
    .map(([client, state]) => ({ client, ...state }))

const conditions = {
  synced: () => provider.synced,
  text: ({ path, equals }) => fileAt(path)?.get('text').toString() === equals,
  others: ({ names }) =>
    JSON.stringify(others().map((state) => state.user?.name).sort()) === JSON.stringify(names),
  closed: ({ code }) => closes.includes(code),
  denied: () => denials.length > 0,
}

const recheck = () => {
  for (const wait of [...waiting]) {
    if (wait.holds()) {
      waiting.delete(wait)
      wait.resolve()
    }
  }
}

const actions = {
  connect({ base, room, token, via }) {
    const options = via === 'header' ? { WebSocketPolyfill: authorised(token) } : { WebSocketPolyfill: WebSocket }
    if (via === 'query') options.params = { token }
    if (via === 'protocols') options.protocols = ['codlab.v1', `codlab.bearer.${token}`]
    provider = new WebsocketProvider(base, room, doc, { ...options, disableBc: true })
    provider.messageHandlers[2] = (_encoder, decoder) =>
      authProtocol.readAuthMessage(decoder, doc, (_doc, reason) => {
        denials.push(reason)
        recheck()
      })
    provider.on('sync', recheck)
    provider.on('connection-close', (event) => {
      closes.push(event?.code ?? null)
      recheck()
    })
    provider.on('connection-error', () => {})
    provider.awareness.on('change', recheck)
    doc.on('update', recheck)
    return { client: doc.clientID }
  },
  disconnect: () => provider.disconnect(),
  reconnect: () => provider.connect(),
  // As a machine that loses power: no close frame, no goodbye in awareness.
  terminate: () => {
    provider.shouldConnect = false
    provider.ws?.terminate()
  },
  insert: ({ path, index, text }) => textOf(path).insert(index, text),
  delete: ({ path, index, length }) => textOf(path).delete(index, length),
  // Counts code points and wraps around, so that it splits no character whatever came in meanwhile.
  replace: ({ path, at, count, text }) => {
    const shared = textOf(path)
    const points = [...shared.toString()]
    const start = at % (points.length + 1)
    const index = points.slice(0, start).join('').length
    shared.delete(index, points.slice(start, start + count).join('').length)
    shared.insert(index, text)
  },
  create: ({ path, text }) => {
    const file = new Y.Map([['path', path], ['text', new Y.Text(text)]])
    doc.getMap('files').set(`peer-${path}`, file)
  },
  // As the editor does: anchored at the line's first character that is no blank.
  mark: ({ name, path, line, ...fields }) => {
    const [file, entry] = [...doc.getMap('files')].find(([, each]) => each.get('path') === path)
    const text = entry.get('text')
    const lines = text.toString().split('\n')
    const before = lines.slice(0, line - 1).join('\n').length + (line > 1 ? 1 : 0)
    const at = before + lines[line - 1].search(/\S|$/)
    const anchor = Y.relativePositionToJSON(Y.createRelativePositionFromTypeIndex(text, at, 0))
    const breakpoint = new Y.Map(Object.entries({ file, anchor, enabled: true, by: 'peer', ...fields }))
    doc.getMap('breakpoints').set(name, breakpoint)
  },
  markFunction: ({ name, ...fields }) =>
    doc.getMap('breakpoints').set(name, new Y.Map(Object.entries({ enabled: true, by: 'peer', ...fields }))),
  unmark: ({ name }) => doc.getMap('breakpoints').delete(name),
  set: ({ key, value }) => doc.getMap('settings').set(key, value),
  watch: ({ name, expression }) => doc.getArray('watches').push([{ id: name, expression, by: 'peer' }]),
  text: ({ path }) => textOf(path).toString(),
  present: ({ state }) => provider.awareness.setLocalState(state),
  others,
  denials: () => denials,
  wait: ({ until, ...rest }) =>
    new Promise((resolve) => {
      waiting.add({ holds: () => conditions[until](rest), resolve })
      recheck()
    }),
}

const answer = (message) => process.stdout.write(`${JSON.stringify(message)}\n`)

for await (const line of createInterface({ input: process.stdin })) {
  const { id, do: action, ...rest } = JSON.parse(line)
  Promise.resolve()
    .then(() => actions[action](rest))
    .then((result) => answer({ id, result: result ?? null }))
    .catch((error) => answer({ id, error: String(error) }))
}
process.exit(0)
