import { Check, Copy } from 'lucide-react'
import { useState } from 'react'
import { asOneText } from '../collab/unsaved'
import { copyText } from '../ui/copy'
import { toast } from '../ui/toasts'
import { useLive, useRoom } from './useRoom'

const COPIED_MS = 2000
const NAMED = 3

/** The room did not take what was typed here: what happened, where the text is, and the way out. */
export function RefusedNotice() {
  const { room } = useRoom()
  const viewer = useLive((state) => !state.permissions.edit)
  const files = room.unsaved.files()
  return (
    <div className="notice" data-tone="bad" role="alert" data-testid="notice">
      <p>
        <strong>Your changes were not accepted.</strong>{' '}
        {viewer ? 'You may only watch this room now.' : 'The room refused an edit of this tab.'}{' '}
        {files.length > 0
          ? `What you typed${where(files)} is still in this tab; nobody else has it.`
          : 'This tab may show what nobody else has.'}
      </p>
      <div className="actions">
        {files.length > 0 ? <CopyUnsaved /> : null}
        <button className="button" onClick={() => room.discard()}>
          Show the room’s text
        </button>
      </div>
    </div>
  )
}

/** For a page whose stay has ended with changes that are nowhere else. */
export function Rescue() {
  const { room } = useRoom()
  const files = room.unsaved.files()
  if (files.length === 0) return null
  const save = () => {
    const url = URL.createObjectURL(new Blob([asOneText(files)], { type: 'text/plain' }))
    const link = document.createElement('a')
    link.href = url
    link.download = files.length === 1 ? fileName(files[0]?.path ?? '') : 'codlab-unsaved.txt'
    link.click()
    URL.revokeObjectURL(url)
  }
  return (
    <div className="rescue" data-testid="rescue">
      <p>Your last changes{where(files)} did not reach the room. They are still in this tab.</p>
      <CopyUnsaved />
      <button className="button" onClick={save} data-testid="save-copy">
        Save as a file
      </button>
    </div>
  )
}

function CopyUnsaved() {
  const { room } = useRoom()
  const [copied, setCopied] = useState(false)
  const copy = async () => {
    try {
      await copyText(asOneText(room.unsaved.files()))
      setCopied(true)
      setTimeout(() => setCopied(false), COPIED_MS)
    } catch (error) {
      toast.error('Your text was not copied.', error)
    }
  }
  return (
    <button className="button" onClick={() => void copy()} data-testid="copy-unsaved">
      {copied ? <Check size={14} aria-hidden="true" /> : <Copy size={14} aria-hidden="true" />}
      <span aria-live="polite">{copied ? 'Copied' : 'Copy my text'}</span>
    </button>
  )
}

const fileName = (path: string) => path.slice(path.lastIndexOf('/') + 1)

function where(files: readonly { path: string }[]): string {
  return files.length > NAMED
    ? ` in ${files.length} files`
    : ` in ${files.map((file) => file.path).join(' and ')}`
}
