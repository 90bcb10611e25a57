// Runs a WebAssembly program that speaks WASI. Usage: run-wasi.mjs PROGRAM [ARGUMENT...]
import { readFileSync } from 'node:fs'
import { WASI } from 'node:wasi'

const [program, ...args] = process.argv.slice(2)
const wasi = new WASI({ version: 'preview1', args: [program, ...args], preopens: { '.': '.' } })
const module = await WebAssembly.compile(readFileSync(program))
const instance = await WebAssembly.instantiate(module, wasi.getImportObject())
process.exitCode = wasi.start(instance)
