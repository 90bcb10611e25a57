import type { Controlled } from '../api/types'

interface Words {
  /** What the holder does: "Ada types". */
  holds: string
  youHold: string
  take: string
  /** What becomes of it when nobody holds it. */
  everybody: string
  asks: string
  asked: string
}

export const WORDS: Record<Controlled, Words> = {
  stdin: {
    holds: 'types',
    youHold: 'You type',
    take: 'Take the keyboard',
    everybody: 'Everybody may type',
    asks: 'asks for the keyboard',
    asked: 'the keyboard',
  },
  debug: {
    holds: 'drives',
    youHold: 'You drive',
    take: 'Take control',
    everybody: 'Nobody drives',
    asks: 'asks for control',
    asked: 'control',
  },
}
