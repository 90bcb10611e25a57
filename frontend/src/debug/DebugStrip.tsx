import '../styles/debug.css'
import { Toolbar } from './Toolbar'

/** The buttons that move the program, over the code of a narrow screen. */
export default function DebugStrip() {
  return (
    <div className="debug-strip">
      <Toolbar />
    </div>
  )
}
