import { inkOn } from '../ui/color'

export interface Person {
  id: string
  name: string
  color: string
}

/** One style rule pair per person, in a constructed sheet: allowed by a policy without inline styles. */
class PersonStyles {
  readonly #sheet = new CSSStyleSheet()
  readonly #classes = new Map<string, string>()

  constructor() {
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, this.#sheet]
  }

  /** The class that carries a person's colour and name. */
  ensure({ name, color }: Person): string {
    const key = `${color} ${name}`
    const known = this.#classes.get(key)
    if (known) return known
    const created = `rc-person-${this.#classes.size}`
    this.#classes.set(key, created)
    if (CSS.supports('color', color)) {
      this.#sheet.insertRule(`.${created}{--person:${color};--person-ink:${inkOn(color)}}`)
    }
    this.#sheet.insertRule(`.${created}.rc-head::after{content:${cssString(name)}}`)
    return created
  }
}

/** JSON's escapes are not CSS's: everything but plain characters is written by code point. */
function cssString(text: string): string {
  const escaped = Array.from(text, (character) =>
    /[\p{L}\p{N} .,_-]/u.test(character) ? character : `\\${character.codePointAt(0)?.toString(16)} `,
  )
  return `"${escaped.join('')}"`
}

export const personStyles = new PersonStyles()
