// Hocuspocus as its own documentation starts it, on the port that is given; nothing is stored.
import { Server } from '@hocuspocus/server'

const server = new Server({
  port: Number(process.argv[2]),
  address: '127.0.0.1',
  quiet: true,
  stopOnSignals: false,
})
await server.listen()
