// Runs before the first paint (build/themeBoot.ts). Without a stored choice the system's scheme holds.
try {
  const theme = localStorage.getItem('codlab.theme')
  if (theme === 'dark' || theme === 'light') document.documentElement.dataset.theme = theme
} catch {
  // Storage is closed to this page: the system's scheme holds.
}
