import { createStore } from 'zustand/vanilla'
import { remember, remembered } from '../session/memory'

export type Theme = 'dark' | 'light'

/** Also read by styles/themeBoot.js, before the first paint. */
const KEY = 'codlab.theme'
const systemIsDark = matchMedia('(prefers-color-scheme: dark)')

const chosen = (): Theme | undefined => {
  const value = remembered(KEY)
  return value === 'dark' || value === 'light' ? value : undefined
}

const present = (): Theme => chosen() ?? (systemIsDark.matches ? 'dark' : 'light')

/** The theme in force: the person's choice, else the system's. */
export const theme = createStore<{ theme: Theme }>(() => ({ theme: present() }))

systemIsDark.addEventListener('change', () => theme.setState({ theme: present() }))

export function toggleTheme(): void {
  const next: Theme = theme.getState().theme === 'dark' ? 'light' : 'dark'
  remember(KEY, next)
  document.documentElement.dataset.theme = next
  theme.setState({ theme: next })
}
