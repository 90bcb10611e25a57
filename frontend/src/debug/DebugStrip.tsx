import '../styles/debug.css'
import { Failure } from './Failure'
import { Toolbar } from './Toolbar'
import { useSession } from './useDebug'

/** The buttons that move the program, over the code of a narrow screen, and what has gone wrong. */
export default function DebugStrip() {
  const session = useSession()
  return (
    <div className="debug-strip">
      <Toolbar />
      {session ? <Failure session={session} /> : null}
    </div>
  )
}
