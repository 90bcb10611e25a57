import { useEffect, useState, type FormEvent } from 'react'
import { api, Problem } from '../api/http'
import type { Runtime } from '../api/types'
import { RuntimePicker } from '../runtimes/RuntimePicker'
import { keepLinks, remember, remembered, rememberedName, rememberName } from '../session/memory'
import { keepAdmission } from './admissions'
import { loadEditor } from './lazyParts'
import { loadRoomPage } from './lazyRoom'
import { navigate } from './route'

const RUNTIME = 'codlab.runtime'
const USUAL = 'python'

function failureWords(error: unknown): string {
  if (error instanceof Problem && error.status === 429) {
    return error.detail || 'Too many rooms were made from here. Wait a minute and try again.'
  }
  return `The room could not be made. ${error instanceof Error ? error.message : ''}`
}

function useRuntimes() {
  const [runtimes, setRuntimes] = useState<Runtime[]>()
  const [failure, setFailure] = useState('')
  useEffect(() => {
    let alive = true
    api.runtimes().then(
      (list) => alive && setRuntimes(list),
      (error: Error) => alive && setFailure(error.message),
    )
    return () => {
      alive = false
    }
  }, [])
  return { runtimes, failure }
}

function preload(): void {
  loadRoomPage()
  loadEditor()
}

export function NewRoomForm() {
  const { runtimes, failure: runtimesFailure } = useRuntimes()
  const [title, setTitle] = useState('')
  const [name, setName] = useState(rememberedName)
  const [runtime, setRuntime] = useState(() => remembered(RUNTIME) ?? '')
  const [busy, setBusy] = useState(false)
  const [failure, setFailure] = useState('')
  const known = (runtimes ?? []).find((one) => one.id === runtime)
  const usual = runtimes?.find((one) => one.language === USUAL) ?? runtimes?.[0]
  const chosen = (known ?? usual)?.id ?? ''

  const submit = async (event: FormEvent) => {
    event.preventDefault()
    setBusy(true)
    setFailure('')
    rememberName(name.trim())
    remember(RUNTIME, chosen)
    try {
      const created = await api.createRoom({
        ...(title.trim() ? { title: title.trim() } : {}),
        ...(name.trim() ? { name: name.trim() } : {}),
        ...(chosen ? { runtime: chosen } : {}),
      })
      keepLinks(created.room.id, created.links)
      keepAdmission(created)
      navigate(`/r/${created.room.id}`)
    } catch (error) {
      setFailure(failureWords(error))
      setBusy(false)
    }
  }

  return (
    <form className="new-room" onSubmit={submit} onFocus={preload} data-testid="new-room">
      <div className="field-group">
        <label htmlFor="room-title">
          Title <span className="optional">optional</span>
        </label>
        <input
          id="room-title"
          className="field"
          data-testid="room-title-input"
          value={title}
          maxLength={80}
          placeholder="Untitled room"
          autoComplete="off"
          onChange={(event) => setTitle(event.target.value)}
        />
      </div>
      <div className="field-row">
        <div className="field-group">
          <label htmlFor="room-runtime">Language</label>
          <RuntimePicker
            id="room-runtime"
            testId="runtime-select"
            runtimes={runtimes ?? []}
            value={chosen}
            disabled={!runtimes}
            onChange={(picked) => setRuntime(picked.id)}
          />
        </div>
        <div className="field-group">
          <label htmlFor="your-name">Your name</label>
          <input
            id="your-name"
            className="field"
            data-testid="your-name"
            value={name}
            maxLength={40}
            placeholder="Host"
            autoComplete="nickname"
            onChange={(event) => setName(event.target.value)}
          />
        </div>
      </div>
      <button className="button primary wide" data-testid="create-room" disabled={busy}>
        {busy ? 'Opening the room…' : 'New room'}
      </button>
      <p className="failure" role="alert" data-testid="create-error">
        {failure || (runtimesFailure && `Languages could not be listed. ${runtimesFailure}`)}
      </p>
    </form>
  )
}
