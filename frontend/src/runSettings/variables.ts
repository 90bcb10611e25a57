import { byName } from '../collab/runConfigurations'

export interface Variable {
  name: string
  value: string
}

export const isVariableName = (name: string): boolean => /^[A-Za-z_][A-Za-z0-9_]*$/.test(name)

export const variablesOf = (env: Record<string, string>): Variable[] =>
  Object.entries(env).map(([name, value]) => ({ name, value }))

/** The environment that the lines stand for; undefined while a name is none. Lines without a name are passed over. */
export function readVariables(rows: readonly Variable[]): Record<string, string> | undefined {
  const named = rows.filter(({ name }) => name !== '')
  if (!named.every(({ name }) => isVariableName(name))) return undefined
  return byName(named.map(({ name, value }) => [name, value]))
}
