import { Check, Download, FilePlus, Trash2, X } from 'lucide-react'
import { Dialog } from 'radix-ui'
import { useState } from 'react'
import { api } from '../api/http'
import type { Artefact } from '../api/types'
import { useLive, useRoom } from '../app/useRoom'
import { saveAs } from '../ui/save'
import { toast } from '../ui/toasts'
import { contentOf } from './contents'
import { isText, kindOf, nameOf, size } from './kinds'
import { Picture } from './Picture'
import { TextPreview } from './TextPreview'

interface Props {
  run: number
  artefact: Artefact
  onClose: () => void
}

/** One file that a program wrote, large, with what can be done with it. */
export function ArtefactDialog({ run, artefact, onClose }: Props) {
  return (
    <Dialog.Root open onOpenChange={(open) => open || onClose()}>
      <Dialog.Portal>
        <Dialog.Overlay className="overlay" />
        <Dialog.Content className="dialog artefact-dialog" data-testid="artefact-dialog">
          <header>
            <Dialog.Title>{artefact.path}</Dialog.Title>
            <Dialog.Description>
              {size(artefact.bytes)}, written by run {run}
            </Dialog.Description>
            <Dialog.Close className="icon-button" aria-label="Close">
              <X size={16} aria-hidden="true" />
            </Dialog.Close>
          </header>
          <div className="preview" data-kind={kindOf(artefact)}>
            <Preview run={run} artefact={artefact} />
          </div>
          <Actions run={run} artefact={artefact} onClose={onClose} />
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  )
}

function Preview({ run, artefact }: Omit<Props, 'onClose'>) {
  switch (kindOf(artefact)) {
    case 'picture':
      return <Picture run={run} artefact={artefact} />
    case 'text':
      return <TextPreview run={run} artefact={artefact} />
    default:
      return <p className="preview-note">There is no preview of this kind of file.</p>
  }
}

function Actions({ run, artefact, onClose }: Props) {
  const { session } = useRoom().room
  const mayEdit = useLive((state) => state.permissions.edit)
  const [busy, setBusy] = useState(false)
  const act = async (failure: string, action: () => Promise<unknown>) => {
    setBusy(true)
    try {
      await action()
    } catch (error) {
      toast.error(failure, error)
    } finally {
      setBusy(false)
    }
  }
  const { token, roomId } = session
  const download = () =>
    act(`${artefact.path} was not downloaded.`, async () =>
      saveAs(nameOf(artefact.path), await contentOf(session, run, artefact)),
    )
  const keep = () =>
    act(`${artefact.path} was not kept.`, () => api.keepArtefact(token, roomId, run, artefact.id))
  const drop = () =>
    act(`${artefact.path} was not dropped.`, async () => {
      await api.dropArtefact(token, roomId, run, artefact.id)
      onClose()
    })
  return (
    <footer>
      {mayEdit ? (
        <button className="button drop" disabled={busy} onClick={drop} data-testid="drop-artefact">
          <Trash2 size={14} aria-hidden="true" />
          Drop for everybody
        </button>
      ) : null}
      <button className="button" disabled={busy} onClick={download} data-testid="download-artefact">
        <Download size={14} aria-hidden="true" />
        Download
      </button>
      {mayEdit && isText(artefact) ? (
        <button
          className="button primary"
          disabled={busy || artefact.kept}
          onClick={keep}
          data-testid="keep-artefact"
        >
          {artefact.kept ? <Check size={14} aria-hidden="true" /> : <FilePlus size={14} aria-hidden="true" />}
          {artefact.kept ? 'Kept in the room’s files' : 'Keep in the room’s files'}
        </button>
      ) : null}
    </footer>
  )
}
