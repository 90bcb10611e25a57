import { useEffect, useState } from 'react'
import type { Artefact } from '../api/types'
import { useContent } from './contents'
import { size } from './kinds'

const SHOWN_BYTES = 200_000

/** The beginning of a text, and how much more there is. */
export function TextPreview({ run, artefact }: { run: number; artefact: Artefact }) {
  const content = useContent(run, artefact)
  const blob = content.state === 'here' ? content.blob : undefined
  const [text, setText] = useState<string>()
  useEffect(() => {
    void blob?.slice(0, SHOWN_BYTES).text().then(setText)
  }, [blob])
  if (content.state === 'failed') return <p className="preview-note">It could not be loaded: {content.why}</p>
  if (text === undefined) return <p className="preview-note">Loading …</p>
  if (text === '') return <p className="preview-note">It is empty.</p>
  return (
    <>
      <pre tabIndex={0} aria-label={`The text of ${artefact.path}`} data-testid="text-preview">
        {text}
      </pre>
      {artefact.bytes > SHOWN_BYTES ? (
        <p className="preview-note">The first {size(SHOWN_BYTES)}; the download has all of it.</p>
      ) : null}
    </>
  )
}
