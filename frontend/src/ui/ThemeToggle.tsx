import { Moon, Sun } from 'lucide-react'
import { useStore } from 'zustand'
import { theme, toggleTheme } from './theme'
import { Tip } from './Tip'

export function ThemeToggle() {
  const present = useStore(theme, (state) => state.theme)
  const label = present === 'dark' ? 'Use the light theme' : 'Use the dark theme'
  return (
    <Tip label={label}>
      <button className="icon-button" aria-label={label} data-testid="theme-toggle" onClick={toggleTheme}>
        {present === 'dark' ? <Sun size={16} /> : <Moon size={16} />}
      </button>
    </Tip>
  )
}
