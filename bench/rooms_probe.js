// What a page notes about itself; times are milliseconds on the clock that all pages of a machine share.
window.__bench = (() => {
  const now = () => performance.timeOrigin + performance.now()

  /** When what has just changed is on the screen: at most a frame late, never early. */
  const painted = () =>
    new Promise((resolve) => {
      requestAnimationFrame(() => {
        const { port1, port2 } = new MessageChannel()
        port1.onmessage = () => resolve(now())
        port2.postMessage(null)
      })
    })

  const keys = []
  const clicks = []
  const time = (event) => performance.timeOrigin + event.timeStamp
  // A page that goes on working while another is in front hears keys and clicks of nobody else.
  addEventListener('keydown', (event) => keys.push(time(event)), true)
  addEventListener('click', (event) => clicks.push(time(event)), true)

  /** When `condition()` has held and is on the screen; with what it returned. */
  const until = (condition) =>
    new Promise((resolve) => {
      const look = () => {
        const found = condition()
        if (!found) return
        observer.disconnect()
        painted().then((at) => resolve({ at, found }))
      }
      const observer = new MutationObserver(look)
      const whole = { subtree: true, childList: true, characterData: true, attributes: true }
      observer.observe(document, whole)
      look()
    })

  const element = (id) => document.querySelector(`[data-testid="${id}"]`)
  const words = (selector) => document.querySelector(selector)?.textContent ?? ''

  return {
    keys,
    clicks,
    started: performance.timeOrigin,
    asked: until(() => element('join-dialog')),

    /** The room can be worked in: its text is in the editor, and the server is there. */
    usable: until(
      () => words('.view-lines').length > 0 && element('save-status')?.dataset.status === 'connected',
    ),

    /** The terminal shows what a program printed after `since`: the program's own time. */
    printed: (since) =>
      until(() => {
        const at = Number(/printed at (\d+)\./.exec(words('.xterm-rows'))?.[1] ?? 0) / 1000
        return at > since && at
      }),

    finished: () => until(() => element('run-status')?.dataset.state === 'finished'),

    /** Each change of the text in front: its length then, when the model had it, when the screen. */
    changes: () => {
      const noted = []
      const { editor } = window.__codlab
      editor.onDidChangeModelContent(() => {
        const change = { length: editor.getModel().getValueLength(), model: now() }
        noted.push(painted().then((screen) => ({ ...change, screen })))
      })
      return noted
    },
  }
})()
