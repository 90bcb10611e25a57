import { chunk } from '../ui/chunk'

const room = chunk(() => import('./RoomPage'))

/** Called early, while a person still types a name. */
export const loadRoomPage = room.load
export const RoomPage = room.Chunk
