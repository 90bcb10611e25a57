import { readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'
import type { Plugin } from 'vite'

const COMPRESSIBLE = /\.(js|css|html|svg|json|ttf|wasm|map)$/
const SMALLEST_BYTES = 1024

/** Writes a `.br` and a `.gz` beside every built text file, so that the server never compresses. */
export function precompress({ release }: { release: boolean }): Plugin {
  let outDir = ''
  return {
    name: 'codlab:precompress',
    apply: 'build',
    configResolved(config) {
      outDir = config.build.outDir
    },
    async closeBundle() {
      const names = await readdir(outDir, { recursive: true })
      await Promise.all(
        names
          .filter((name) => COMPRESSIBLE.test(name))
          .map((name) => compressFile(join(outDir, name), release)),
      )
    },
  }
}

async function compressFile(path: string, release: boolean): Promise<void> {
  if ((await stat(path)).size < SMALLEST_BYTES) return
  const bytes = await readFile(path)
  const [br, gz] = await Promise.all([
    promisify(brotliCompress)(bytes, {
      params: {
        [constants.BROTLI_PARAM_QUALITY]: release ? 11 : 5,
        [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
      },
    }),
    promisify(gzip)(bytes, { level: release ? 9 : 6 }),
  ])
  await Promise.all([writeFile(`${path}.br`, br), writeFile(`${path}.gz`, gz)])
}
