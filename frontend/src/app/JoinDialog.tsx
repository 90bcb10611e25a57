import { Dialog } from 'radix-ui'
import { useEffect, useState, type FormEvent } from 'react'
import { rememberedName, rememberName } from '../session/memory'
import { joinFailure } from './joinFailure'
import { loadEditor } from './lazyParts'

interface Props {
  onJoin: (name: string) => Promise<void>
  onGone: () => void
}

/** Asks for a name, the only thing a guest needs. The editor loads meanwhile. */
export function JoinDialog({ onJoin, onGone }: Props) {
  const [name, setName] = useState(rememberedName)
  const [busy, setBusy] = useState(false)
  const [failure, setFailure] = useState('')

  useEffect(() => {
    loadEditor()
  }, [])

  const submit = async (event: FormEvent) => {
    event.preventDefault()
    const chosen = name.trim()
    if (!chosen) {
      setFailure('Type the name that the others will see.')
      return
    }
    setBusy(true)
    rememberName(chosen)
    try {
      await onJoin(chosen)
    } catch (error) {
      const words = joinFailure(error)
      if (words === undefined) onGone()
      else setFailure(words)
      setBusy(false)
    }
  }

  return (
    <Dialog.Root open>
      <Dialog.Portal>
        <Dialog.Overlay className="overlay" />
        <Dialog.Content
          className="dialog"
          data-testid="join-dialog"
          onInteractOutside={(event) => event.preventDefault()}
        >
          <Dialog.Title>Join the room</Dialog.Title>
          <Dialog.Description>
            Your name is shown beside your cursor. No account is needed.
          </Dialog.Description>
          <form onSubmit={submit} noValidate>
            <label htmlFor="join-name">Your name</label>
            <input
              id="join-name"
              className="field"
              data-testid="join-name"
              value={name}
              maxLength={40}
              autoComplete="nickname"
              aria-invalid={failure !== ''}
              aria-describedby="join-failure"
              onFocus={(event) => event.target.select()}
              onChange={(event) => {
                setName(event.target.value)
                setFailure('')
              }}
            />
            <p id="join-failure" className="failure" role="alert" data-testid="join-error">
              {failure}
            </p>
            <button className="button primary wide" data-testid="join-submit" disabled={busy}>
              {busy ? 'Joining…' : 'Join'}
            </button>
          </form>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  )
}
