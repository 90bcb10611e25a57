import { ImageOff } from 'lucide-react'
import { useState } from 'react'
import type { Artefact } from '../api/types'
import { useContent, useObjectUrl } from './contents'

/** A picture as the program made it; scripts in an SVG do not run in an `<img>`. */
export function Picture({ run, artefact }: { run: number; artefact: Artefact }) {
  const content = useContent(run, artefact)
  const url = useObjectUrl(content.state === 'here' ? content.blob : undefined)
  const [broken, setBroken] = useState(false)
  if (content.state === 'failed' || broken) {
    return (
      <span className="artefact-picture broken" data-testid="picture-broken">
        <ImageOff size={18} aria-hidden="true" />
        <small>
          {content.state === 'failed' ? 'Could not be loaded' : 'Not a picture that can be shown'}
        </small>
      </span>
    )
  }
  return (
    <span className="artefact-picture" data-loading={url === undefined}>
      {url ? <img src={url} alt="" onError={() => setBroken(true)} data-testid="picture" /> : null}
    </span>
  )
}
