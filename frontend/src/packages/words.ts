import type { Packages, PackageState } from '../api/types'
import { size } from '../artefacts/kinds'

/** Python's modules that come in packages of other names. */
const PACKAGES_OF_MODULES: Record<string, string> = {
  attr: 'attrs',
  bs4: 'beautifulsoup4',
  Crypto: 'pycryptodome',
  cv2: 'opencv-python-headless',
  dateutil: 'python-dateutil',
  docx: 'python-docx',
  dotenv: 'python-dotenv',
  fitz: 'PyMuPDF',
  git: 'GitPython',
  jwt: 'PyJWT',
  OpenSSL: 'pyOpenSSL',
  PIL: 'pillow',
  pptx: 'python-pptx',
  serial: 'pyserial',
  skimage: 'scikit-image',
  sklearn: 'scikit-learn',
  yaml: 'PyYAML',
}

// eslint-disable-next-line no-control-regex
const COLOURS = /\u001b\[[\d;]*m/g
const PYTHON = /ModuleNotFoundError: No module named '([A-Za-z0-9_]+)/g
const NODE = /Cannot find (?:module|package) '((?:@[^'/\s]+\/)?[^'./\s][^'/\s]*)/g

/** What a program's output says that it lacks: the package to install, and the name that it knows it by. */
export function missingModule(output: string): { module: string; package: string } | undefined {
  const plain = output.replaceAll(COLOURS, '')
  const python = [...plain.matchAll(PYTHON)].at(-1)?.[1]
  if (python) return { module: python, package: PACKAGES_OF_MODULES[python] ?? python }
  const node = [...plain.matchAll(NODE)].at(-1)?.[1]
  return node && !node.startsWith('node:') ? { module: node, package: node } : undefined
}

/** A comma that parts requirements: not one between versions, nor one in brackets. */
const COMMA = /,(?![^[\]]*\])(?!\s*[=~!<>])/g
const OPERATOR = /\s*(===?|~=|!=|<=|>=|<|>|,|\|\|)\s*/g

/** The requirements in what somebody typed, between blanks or commas, but for those within one (`numpy >= 2, < 3`). */
export function requirementsIn(text: string): string[] {
  const words = text
    .replaceAll(COMMA, ' ')
    .replaceAll(OPERATOR, (_, operator: string) => (operator === '||' ? ' || ' : operator))
  const parts = words.split(/(?<!\|\|)\s+(?!\|\|)/)
  return [...new Set(parts.map((part) => part.trim()).filter(Boolean))]
}

/** The name of a requirement: what it can be removed by. */
export const nameOf = (requirement: string): string =>
  /^(@[^/]+\/)?[^@[=~!<>]+/.exec(requirement)?.[0] ?? requirement

const WORDS: Record<PackageState, string> = {
  ready: 'Installed',
  queued: 'Waiting for its turn',
  preparing: 'Getting ready to install, once on this server',
  resolving: 'Looking for versions that fit together',
  downloading: 'Downloading',
  saving: 'Saving',
  failed: 'Not changed',
}

export const isChanging = ({ state }: Packages): boolean => state !== 'ready' && state !== 'failed'

/** How far a change is. */
export function progressWords({ state, received_bytes, line }: Packages): string {
  const received = state === 'downloading' && received_bytes > 0 ? `${size(received_bytes)} so far` : ''
  return [WORDS[state], received, line].filter(Boolean).join(' · ')
}

/** Who is changing what. */
export function changeWords({ requirements, by, by_name }: Packages, you: string): string {
  const who = by === you ? 'You are' : `${by_name} is`
  return requirements.length > 0
    ? `${who} installing ${requirements.join(', ')}`
    : `${who} removing a package`
}
