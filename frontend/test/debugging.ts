/** A debug session as the server tells of it, for tests. */

export const starting = { type: 'debug.starting', run: 3, driver: 'p1', by: 'p1' }

/** @param more What the debugger can do, beside what it usually can. */
export function started(more: object = {}) {
  return {
    type: 'debug.started',
    run: 3,
    capabilities: { supportsSetVariable: true, supportsCompletionsRequest: true },
    exceptions: { filters: [], chosen: [] },
    deadline: null,
    ...more,
  }
}

/** @param line Where it stands in main.py. */
export function stopped(stop: number, line = 2, more: object = {}) {
  return {
    type: 'debug.stopped',
    run: 3,
    driver: 'p1',
    stop,
    reason: 'breakpoint',
    threadId: 7,
    frameId: 1,
    file: 'main.py',
    line,
    frames: [
      { id: 1, name: 'inner', file: 'main.py', line },
      { id: 2, name: '<module>', file: 'main.py', line: 5 },
      { id: 3, name: 'runpy', file: null, line: 88 },
    ],
    threads: [{ id: 7, name: 'MainThread' }],
    ...more,
  }
}

/** What is watched is this, at a stop. */
export const watches = (stop: number, ...values: object[]) => ({
  type: 'debug.watches',
  run: 3,
  stop,
  frameId: 1,
  watches: values,
})
