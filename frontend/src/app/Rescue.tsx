import { Check, Copy } from 'lucide-react'
import { useState } from 'react'
import type { NamedText } from '../collab/textHash'
import { asOneText } from '../collab/unsaved'
import { copyText } from '../ui/copy'
import { saveAs } from '../ui/save'
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
        {files.length > 0 ? <CopyFiles files={() => room.unsaved.files()} /> : null}
        <button className="button" onClick={() => room.discard()}>
          Show the room’s text
        </button>
      </div>
    </div>
  )
}

/** The room was written anew while this page had changes: where they are, and how to keep them. */
export function LeftBehindNotice() {
  const { room } = useRoom()
  const files = useLive((state) => state.leftBehind)
  return (
    <div className="notice" data-tone="warn" role="alert" data-testid="notice">
      <p>
        <strong>The room’s document was written anew.</strong> Your last changes{where(files)} did not reach
        it before. They are still in this tab; nobody else has them.
      </p>
      <div className="actions">
        <CopyFiles files={() => files} />
        <SaveFiles files={files} />
        <button className="button" onClick={() => room.forgetLeftBehind()}>
          Let them go
        </button>
      </div>
    </div>
  )
}

/** For a page whose stay has ended with changes that are nowhere else. */
export function Rescue() {
  const { room } = useRoom()
  const files = room.notInRoom
  if (files.length === 0) return null
  return (
    <div className="rescue" data-testid="rescue">
      <p>Your last changes{where(files)} did not reach the room. They are still in this tab.</p>
      <CopyFiles files={() => files} />
      <SaveFiles files={files} />
    </div>
  )
}

function SaveFiles({ files }: { files: readonly NamedText[] }) {
  const save = () => {
    const name = files.length === 1 ? fileName(files[0]?.path ?? '') : 'codlab-unsaved.txt'
    saveAs(name, new Blob([asOneText(files)], { type: 'text/plain' }))
  }
  return (
    <button className="button" onClick={save} data-testid="save-copy">
      Save as a file
    </button>
  )
}

/** `files` gives them as they are when the button is pressed. */
function CopyFiles({ files }: { files: () => readonly NamedText[] }) {
  const [copied, setCopied] = useState(false)
  const copy = async () => {
    try {
      await copyText(asOneText(files()))
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
