import type { Packages, PackageSet, Runtime } from '../api/types'
import { useLive, useRoom, useRuntime } from '../app/useRoom'
import { isChanging } from './words'

export interface PackagesOfRuntime {
  runtime: Runtime | undefined
  /** The latest change in the room, be it for another runtime. */
  change: Packages
  /** What programs in the room's runtime have; nothing yet without one. */
  set: PackageSet | undefined
  /** What another version of the language has, while this one has nothing. */
  elsewhere: PackageSet | undefined
  busy: boolean
  /** Whether this person may install now. */
  allowed: boolean
  install(requirements: readonly string[]): Promise<void>
  remove(name: string): Promise<void>
  stop(): Promise<void>
}

/** The packages of the runtime that Run runs. What the server refuses is thrown. */
export function usePackages(): PackagesOfRuntime {
  const { commands } = useRoom().room
  const runtime = useRuntime()
  const change = useLive((state) => state.packages)
  const may = useLive((state) => state.permissions.install)
  const connected = useLive((state) => state.link === 'connected' && state.present)
  const runtimes = useLive((state) => state.runtimes)
  const set = change.packages.find((one) => runtime && one.runtimes.includes(runtime.id))
  const languageOf = (id: string) => runtimes.find((one) => one.id === id)?.language
  const elsewhere = set
    ? undefined
    : change.packages.find((one) => runtime && languageOf(one.runtime) === runtime.language)
  const send = async (type: string, fields: object) => void (await commands.send(type, fields))
  return {
    runtime,
    change,
    set,
    elsewhere,
    busy: isChanging(change),
    allowed: may && connected,
    install: (requirements) => send('packages.install', { requirements, runtime: runtime?.id }),
    remove: (name) => send('packages.remove', { names: [name], runtime: runtime?.id }),
    stop: () => send('packages.stop', {}),
  }
}
