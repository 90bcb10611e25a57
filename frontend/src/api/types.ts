/** The server's words, as they come over HTTP and the room socket (docs: the protocol reference). */
import type { DebugEvent, DebugSnapshot } from '../debug/protocol'

export type Role = 'owner' | 'editor' | 'viewer'

export interface Participant {
  id: string
  name: string
  role: Role
  color: string
}

export interface RoomInfo {
  id: string
  title: string
  runtime: string
  created_at: number
}

export type ImageState = 'ready' | 'missing' | 'building' | 'failed'

export interface Runtime {
  id: string
  language: string
  name: string
  version: string
  extensions: string[]
  entry: string
  monaco: string
  /** It can be debugged. */
  debug: boolean
  /** Packages can be installed for it. */
  packages: boolean
  state: ImageState
}

export type RunState = 'queued' | 'preparing' | 'running' | 'finished'

export interface Run {
  number: number
  state: RunState
  runtime: string
  entry: string
  args: string[]
  tty: boolean
  by: string
  by_name: string
  queued_at: number
  started_at: number | null
  finished_at: number | null
  outcome: string | null
  exit_code: number | null
  text_hash: string
  /** Base64: what the document held when the text was taken. */
  state_vector: string
  /** Of what is shown as it comes. */
  output_bytes: number
  /** Of what can be downloaded; the same, unless there was too much to show. */
  kept_bytes: number
  /** Files that the program wrote. */
  artefacts: Artefact[]
  /** How many more it wrote, too large or too many to be taken. */
  missed_files: number
  /** Where in the queue it waits for a free place, 1 being the next; null when it does not. */
  position: number | null
  /** It takes input. */
  input_open: boolean
  /** Of its terminal, if it has one and it is known. */
  cols: number | null
  rows: number | null
}

/** A file that a run's program wrote. */
export interface Artefact {
  id: string
  path: string
  bytes: number
  media_type: string
  /** Somebody has put it into the room's files. */
  kept: boolean
}

export interface Permissions {
  edit: boolean
  run: boolean
  debug: boolean
  install: boolean
  manage: boolean
}

/** A package as it is installed, with the hash of the file that it comes from. */
export interface InstalledPackage {
  name: string
  version: string
  hash: string
  /** It was asked for, and not only needed by another. */
  direct: boolean
  note: string
}

/** What is installed for one runtime, and for those that share its image. */
export interface PackageSet {
  manager: string
  runtime: string
  runtimes: string[]
  requirements: string[]
  packages: InstalledPackage[]
  bytes: number
}

export type PackageState =
  | 'ready'
  | 'queued'
  | 'preparing'
  | 'resolving'
  | 'downloading'
  | 'saving'
  | 'failed'

/** What is installed, and the latest change to it. */
export interface Packages {
  packages: PackageSet[]
  state: PackageState
  percent: number
  received_bytes: number
  line: string
  error: string | null
  runtime: string | null
  requirements: string[]
  by: string | null
  by_name: string | null
}

/** What one person at a time can hold: the typing into runs, the driving of the debugger. */
export type Controlled = 'stdin' | 'debug'

/** Holders and askers by participant id; when each holder last acted, in the server's milliseconds. */
export interface Control extends Record<Controlled, string | null> {
  requests: Record<Controlled, string[]>
  acted_at: Record<Controlled, number | null>
}

interface Sequenced {
  seq: number
  at: number
}

export interface HelloEvent extends Sequenced {
  type: 'hello'
  you: Participant
  room: RoomInfo
  /** The document's name; another one does not descend from it. */
  generation: string
  participants: Participant[]
  permissions: Permissions
  runs: Run[]
  control: Control
  runtimes: Runtime[]
  packages: Packages
  debug: DebugSnapshot | null
}

export type RoomEvent =
  | HelloEvent
  | (Sequenced & DebugEvent)
  | (Sequenced & {
      type: 'participant.joined' | 'participant.left' | 'participant.changed'
      participant: Participant
    })
  | (Sequenced & { type: 'room.changed'; room: RoomInfo })
  | (Sequenced & {
      type: 'run.queued' | 'run.preparing' | 'run.started' | 'run.resized' | 'run.finished'
      run: Run
    })
  | (Sequenced & { type: 'run.artefacts'; run: Run; artefacts: Artefact[] })
  | (Sequenced & { type: 'run.input'; run: Run; by: string; bytes: number })
  | (Sequenced & {
      type: 'runtime.changed'
      runtime: Runtime
      state: ImageState
      percent: number | null
      layer: string | null
      line: string | null
    })
  | (Sequenced & { type: 'control.changed'; control: Control })
  | (Sequenced & { type: 'packages.changed' } & Omit<Packages, 'packages'> &
      Partial<Pick<Packages, 'packages'>>)
  | (Sequenced & { type: 'notice'; level: 'info' | 'warning' | 'error'; text: string })

export interface Links {
  owner: string
  editor: string
  viewer: string
}

/** What admits this page to a room: the answer of create, join and refresh. */
export interface Admission {
  access_token: string
  expires_in: number
  participant: Participant
  room: RoomInfo
}

export interface CreatedRoom extends Admission {
  links: Links
}

export interface ShareLink {
  id: string
  role: Role
  url?: string
  expires_at: number | null
  max_uses: number | null
  uses: number
  revoked: boolean
}
