import { useRoom } from '../app/useRoom'
import type { Tone, Words } from '../runs/words'
import { placeOf } from './followStop'
import { standingFrame, type DebugSession } from './session'
import { useRunningText, useSession, useStanding } from './useDebug'
import { isFailure } from './words'

/** How the debugged program goes, for the line over its output; undefined for a run that is not debugged now. */
export function useSessionWords(run: number | undefined): Words | undefined {
  const { debug } = useRoom()
  const session = useSession()
  const standing = useStanding()
  useRunningText()
  if (!session || session.run !== run) return undefined
  if (session.state === 'starting') return { text: 'Starting the debugger', tone: 'busy' }
  if (!standing) return undefined
  const place = session.stop ? placeOf(debug, standingFrame(session.stop)) : undefined
  return { text: placeWords(session, place?.line), tone: toneOf(session) }
}

export const toneOf = ({ stop }: DebugSession): Tone => (stop && isFailure(stop) ? 'bad' : 'stopped')

/** @param line Where it stands in the text as it is now. */
function placeWords({ stop }: DebugSession, line: number | undefined): string {
  const verb = stop?.reason === 'pause' ? 'Paused' : 'Stopped'
  if (!stop?.file) return verb
  const name = stop.file.slice(stop.file.lastIndexOf('/') + 1)
  return `${verb} at ${name}:${line ?? stop.line}`
}
