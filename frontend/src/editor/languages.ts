/** Which highlighting a file gets: by its extension, the same for everybody in the room. */
const BY_EXTENSION: Record<string, string> = {
  py: 'python',
  pyi: 'python',
  js: 'javascript',
  mjs: 'javascript',
  cjs: 'javascript',
  jsx: 'javascript',
  ts: 'typescript',
  mts: 'typescript',
  cts: 'typescript',
  tsx: 'typescript',
  json: 'json',
  md: 'markdown',
  html: 'html',
  htm: 'html',
  css: 'css',
  scss: 'scss',
  less: 'less',
  xml: 'xml',
  svg: 'xml',
  yaml: 'yaml',
  yml: 'yaml',
  toml: 'ini',
  ini: 'ini',
  cfg: 'ini',
  sql: 'sql',
  sh: 'shell',
  bash: 'shell',
  go: 'go',
  rs: 'rust',
  java: 'java',
  kt: 'kotlin',
  kts: 'kotlin',
  scala: 'scala',
  c: 'c',
  h: 'c',
  cc: 'cpp',
  cpp: 'cpp',
  cxx: 'cpp',
  hpp: 'cpp',
  hh: 'cpp',
  cs: 'csharp',
  fs: 'fsharp',
  swift: 'swift',
  rb: 'ruby',
  php: 'php',
  pl: 'perl',
  lua: 'lua',
  r: 'r',
  jl: 'julia',
  ex: 'elixir',
  exs: 'elixir',
  clj: 'clojure',
  dart: 'dart',
  pas: 'pascal',
  tcl: 'tcl',
  graphql: 'graphql',
  proto: 'proto',
}

const BY_NAME: Record<string, string> = { Dockerfile: 'dockerfile', Makefile: 'shell' }

interface Highlighted {
  extensions: string[]
  monaco: string
}

/** @param runtimes The server's catalogue; what it says first of an extension holds. */
export function languageOf(path: string, runtimes: readonly Highlighted[] = []): string {
  const name = path.slice(path.lastIndexOf('/') + 1)
  const dot = name.lastIndexOf('.')
  const extension = dot < 0 ? '' : name.slice(dot + 1).toLowerCase()
  const runtime = runtimes.find((one) => extension && one.extensions.includes(`.${extension}`))
  return runtime?.monaco ?? BY_NAME[name] ?? BY_EXTENSION[extension] ?? 'plaintext'
}
