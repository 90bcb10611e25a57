import { useEffect, useState } from 'react'
import { api } from '../api/http'
import type { Artefact } from '../api/types'
import { useRoom } from '../app/useRoom'
import type { Session } from '../session/session'

const HELD = 60

/** What was fetched lately, by the artefact's id: contents never change. */
const fetched = new Map<string, Promise<Blob>>()

/** The content of an artefact. Fetched once, and again if that failed. */
export function contentOf(session: Session, run: number, { id }: Artefact): Promise<Blob> {
  const known = fetched.get(id)
  if (known) return known
  const content = api.artefact(session.token, session.roomId, run, id)
  fetched.set(id, content)
  content.catch(() => fetched.delete(id))
  for (const oldest of [...fetched.keys()].slice(0, -HELD)) fetched.delete(oldest)
  return content
}

export type Content = { state: 'loading' } | { state: 'failed'; why: string } | { state: 'here'; blob: Blob }

export function useContent(run: number, artefact: Artefact): Content {
  const { session } = useRoom().room
  const [content, setContent] = useState<Content>({ state: 'loading' })
  const { id } = artefact
  useEffect(() => {
    let current = true
    const show = (next: Content) => current && setContent(next)
    show({ state: 'loading' })
    contentOf(session, run, artefact).then(
      (blob) => show({ state: 'here', blob }),
      (error: unknown) =>
        show({ state: 'failed', why: error instanceof Error ? error.message : String(error) }),
    )
    return () => {
      current = false
    }
    // The id stands for the artefact: all else of it that is used never changes.
    // oxlint-disable-next-line react/exhaustive-deps
  }, [id, run, session])
  return content
}

/** An address for `<img>`; no address but this page's own, and none that could be opened as a page. */
export function useObjectUrl(blob: Blob | undefined): string | undefined {
  const [url, setUrl] = useState<string>()
  useEffect(() => {
    if (!blob) return undefined
    const made = URL.createObjectURL(blob)
    setUrl(made)
    return () => {
      setUrl(undefined)
      URL.revokeObjectURL(made)
    }
  }, [blob])
  return url
}
