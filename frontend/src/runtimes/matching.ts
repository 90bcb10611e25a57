import type { Runtime } from '../api/types'

/** A language with those of its versions that are looked for, in the server's order. */
export interface Language {
  id: string
  name: string
  versions: Runtime[]
}

/**
 * What fits the words that somebody typed, the best first; without any, the language that is chosen
 * comes first, then what can run at once. Words are looked for in names, versions, ids and file
 * extensions.
 */
export function matching(runtimes: readonly Runtime[], query: string, chosen: string): Language[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean)
  const languages = new Map<string, Language>()
  for (const runtime of runtimes) {
    if (!words.every((word) => searched(runtime).includes(word))) continue
    const { language: id, name } = runtime
    const language = languages.get(id) ?? { id, name, versions: [] }
    language.versions.push(runtime)
    languages.set(id, language)
  }
  const [word] = words
  const rank = (one: Language) => (word ? closeness(one, word) : urgency(one, chosen))
  return [...languages.values()].toSorted((a, b) => rank(a) - rank(b))
}

function searched({ id, name, version, extensions }: Runtime): string {
  return [name, version, id, ...extensions].join(' ').toLowerCase()
}

function closeness({ id, name, versions }: Language, word: string): number {
  const lower = name.toLowerCase()
  if (lower === word || id === word) return 0
  if (versions.some(({ extensions }) => extensions.includes(word) || extensions[0] === `.${word}`)) return 1
  if (lower.startsWith(word)) return 2
  return lower.split(/\W+/).some((part) => part.startsWith(word)) ? 3 : 4
}

function urgency({ versions }: Language, chosen: string): number {
  if (versions.some(({ id }) => id === chosen)) return 0
  return versions.some(({ state }) => state === 'ready') ? 1 : 2
}

export function title({ name, version }: Runtime): string {
  return `${name} ${version}`
}
