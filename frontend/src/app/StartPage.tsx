import { useEffect, useState } from 'react'
import { forgetRoom, recentRooms } from '../session/memory'
import { Mark } from '../ui/Mark'
import { ThemeToggle } from '../ui/ThemeToggle'
import { ago } from './ago'
import { Illustration } from './Illustration'
import { NewRoomForm } from './NewRoomForm'
import { navigate } from './route'

export function StartPage() {
  useEffect(() => {
    document.title = 'CodLabStudio'
  }, [])
  return (
    <div className="start">
      <header className="start-header">
        <span className="wordmark">
          <Mark size={22} />
          CodLabStudio
        </span>
        <ThemeToggle />
      </header>
      <main className="start-main">
        <section className="start-words">
          <h1>
            One room.
            <br />
            Everyone’s cursor.
          </h1>
          <p className="lead">
            Write, run and debug code together in the browser, live. Share a link; nobody needs an account.
          </p>
          <NewRoomForm />
          <Recent />
        </section>
        <Illustration />
      </main>
    </div>
  )
}

function Recent() {
  const [rooms, setRooms] = useState(recentRooms)
  if (rooms.length === 0) return null
  return (
    <section className="recent" aria-labelledby="recent-title" data-testid="recent-rooms">
      <h2 id="recent-title">Recent rooms</h2>
      <ul>
        {rooms.map((room) => (
          <li key={room.id}>
            <a
              href={`/r/${room.id}`}
              data-testid="recent-room"
              onClick={(event) => {
                if (event.metaKey || event.ctrlKey || event.shiftKey) return
                event.preventDefault()
                navigate(`/r/${room.id}`)
              }}
            >
              <span className="recent-name">{room.title || 'Untitled room'}</span>
              <span className="recent-role">{room.role}</span>
              <time dateTime={new Date(room.at).toISOString()}>{ago(room.at)}</time>
            </a>
            <button
              className="text-button quiet"
              aria-label={`Forget ${room.title || 'this room'}`}
              onClick={() => {
                forgetRoom(room.id)
                setRooms(recentRooms())
              }}
            >
              Forget
            </button>
          </li>
        ))}
      </ul>
    </section>
  )
}
