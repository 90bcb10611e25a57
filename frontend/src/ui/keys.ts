const apple = /mac|iphone|ipad/i.test(navigator.platform)

/** How shortcuts are written on this machine. */
export const keyNames = {
  run: apple ? '⌘ ↵' : 'Ctrl ↵',
  stop: apple ? '⇧ F5' : 'Shift F5',
  palette: 'F1',
  panes: 'F6',
  debug: 'F5',
  continue: 'F5',
  next: 'F10',
  stepIn: 'F11',
  stepOut: apple ? '⇧ F11' : 'Shift F11',
  breakpoint: 'F9',
  handOver: 'F4',
}

export const isRunKey = (event: KeyboardEvent): boolean =>
  event.key === 'Enter' && (apple ? event.metaKey : event.ctrlKey) && !event.shiftKey && !event.altKey

export const isStopKey = (event: KeyboardEvent): boolean => event.key === 'F5' && event.shiftKey

export const isPaneKey = (event: KeyboardEvent): boolean => event.key === 'F6' && isUnmodified(event)

export const isHandOverKey = (event: KeyboardEvent): boolean =>
  event.key === 'F4' && isUnmodified(event) && !event.shiftKey

const isUnmodified = (event: KeyboardEvent) => !event.ctrlKey && !event.altKey && !event.metaKey
