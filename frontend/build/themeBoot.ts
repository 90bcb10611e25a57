import { readFile } from 'node:fs/promises'
import type { Plugin } from 'vite'

const SOURCE = new URL('../src/styles/themeBoot.js', import.meta.url)

/**
 * Puts the chosen theme on the page before its first paint.
 *
 * Module scripts run after it, and the content policy allows no inline script: so this one small
 * classic script is emitted as a hashed asset of its own and loaded from the head.
 */
export function themeBoot(): Plugin {
  let serving = false
  return {
    name: 'codlab:theme-boot',
    configResolved(config) {
      serving = config.command === 'serve'
    },
    async transformIndexHtml(html, context) {
      const source = await readFile(SOURCE, 'utf8')
      if (serving) return [{ tag: 'script', children: source, injectTo: 'head' }]
      const file = Object.values(context.bundle ?? {}).find(
        (output) => output.type === 'asset' && output.names.includes('theme.js'),
      )
      if (!file) return html
      return [{ tag: 'script', attrs: { src: `/${file.fileName}` }, injectTo: 'head' }]
    },
    async buildStart() {
      if (serving) return
      this.emitFile({ type: 'asset', name: 'theme.js', source: await readFile(SOURCE, 'utf8') })
    },
  }
}
