import type { Controlled } from '../api/types'

interface Words {
  /** What the holder does: "Ada types". */
  holds: string
  youHold: string
  /** When the room lets everybody. */
  shared: string
  take: string
  /** Why it may be taken over: "Ada has not typed for ten seconds". */
  paused: string
  /** What becomes of it when nobody holds it. */
  everybody: string
  asks: string
  asked: string
}

export const WORDS: Record<Controlled, Words> = {
  stdin: {
    holds: 'types',
    youHold: 'You type',
    shared: 'Everybody may type',
    take: 'Take the keyboard',
    paused: 'has not typed for ten seconds',
    everybody: 'Everybody may type',
    asks: 'asks for the keyboard',
    asked: 'the keyboard',
  },
  debug: {
    holds: 'drives',
    youHold: 'You drive',
    shared: 'Everybody may step',
    take: 'Take control',
    paused: 'has not stepped for ten seconds',
    everybody: 'Nobody drives',
    asks: 'asks for control',
    asked: 'control',
  },
}
