import * as decoding from 'lib0/decoding'
import * as encoding from 'lib0/encoding'

/** Message types of the room socket; 0 to 3 are y-protocols' own, 4 to 6 need `codlab.v1`. */
export const MessageType = {
  sync: 0,
  awareness: 1,
  auth: 2,
  json: 4,
  saved: 5,
  output: 6,
} as const

export const Stream = { stdout: 1, stderr: 2, terminal: 3, system: 4, screen: 5, redrawn: 6 } as const

export interface OutputChunk {
  run: number
  stream: number
  offset: number
  bytes: Uint8Array
}

export function encodeJson(message: object): Uint8Array {
  const encoder = encoding.createEncoder()
  encoding.writeVarUint(encoder, MessageType.json)
  encoding.writeUint8Array(encoder, new TextEncoder().encode(JSON.stringify(message)))
  return encoding.toUint8Array(encoder)
}

export function encodeSaved(edits: number): Uint8Array {
  const encoder = encoding.createEncoder()
  encoding.writeVarUint(encoder, MessageType.saved)
  encoding.writeVarUint(encoder, edits)
  return encoding.toUint8Array(encoder)
}

/** Reads the rest of a type 4 frame. */
export function decodeJson(decoder: decoding.Decoder): unknown {
  return JSON.parse(new TextDecoder().decode(decoding.readTailAsUint8Array(decoder)))
}

/** Reads the rest of a type 6 frame. */
export function decodeOutput(decoder: decoding.Decoder): OutputChunk {
  return {
    run: decoding.readVarUint(decoder),
    stream: decoding.readUint8(decoder),
    offset: decoding.readVarUint(decoder),
    bytes: decoding.readTailAsUint8Array(decoder).slice(),
  }
}
