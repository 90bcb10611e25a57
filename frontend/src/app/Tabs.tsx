import { X } from 'lucide-react'
import { useEffect, useRef, type KeyboardEvent } from 'react'
import type { FileEntry } from '../collab/workspace'
import { FileName } from '../ui/FileName'
import { useRoom, useView } from './useRoom'
import { closeFile, openFile } from './viewState'

/** The open files. Arrow keys move along them, Delete closes. */
export function Tabs({ files }: { files: FileEntry[] }) {
  const { view } = useRoom()
  const open = useView((state) => state.tabs)
  const active = useView((state) => state.active)
  const host = useRef<HTMLElement>(null)
  const shown = open.flatMap((id) => files.filter((file) => file.id === id))

  useEffect(() => {
    host.current
      ?.querySelector('[aria-current=true]')
      ?.scrollIntoView({ block: 'nearest', inline: 'nearest' })
  }, [active])

  const moved = (event: KeyboardEvent<HTMLButtonElement>, id: string) => {
    const at = shown.findIndex((file) => file.id === id)
    const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0
    const next = shown[at + step]
    if (event.key === 'Delete') closeFile(view, id)
    else if (!step || !next) return
    else {
      openFile(view, next.id)
      host.current?.querySelector<HTMLElement>(`[data-file="${next.id}"]`)?.focus()
    }
    event.preventDefault()
  }

  return (
    <nav className="tabs" aria-label="Open files" ref={host} data-testid="tabs">
      {shown.map(({ id, path }) => {
        const name = path.slice(path.lastIndexOf('/') + 1)
        const twin = shown.some((other) => other.id !== id && other.path.endsWith(`/${name}`))
        return (
          <span className="tab" key={id} data-active={id === active}>
            <button
              className="tab-name"
              data-testid="tab"
              data-file={id}
              data-path={path}
              title={path}
              aria-label={path}
              tabIndex={id === active ? 0 : -1}
              aria-current={id === active ? 'true' : undefined}
              onClick={() => openFile(view, id)}
              onAuxClick={(event) => event.button === 1 && closeFile(view, id)}
              onKeyDown={(event) => moved(event, id)}
            >
              <FileName name={name} />
              {twin || path.includes('/') ? <small>{path.slice(0, -name.length - 1)}</small> : null}
            </button>
            <button
              className="tab-close"
              aria-label={`Close ${path}`}
              tabIndex={-1}
              data-testid="tab-close"
              onClick={() => closeFile(view, id)}
            >
              <X size={13} aria-hidden="true" />
            </button>
          </span>
        )
      })}
    </nav>
  )
}
