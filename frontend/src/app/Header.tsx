import { useEffect, useRef } from 'react'
import { Mark } from '../ui/Mark'
import { DebugButton, DebugPanelToggle } from '../debug/DebugButton'
import { PackagesButton } from '../packages/PackagesButton'
import { ThemeToggle } from '../ui/ThemeToggle'
import { Tip } from '../ui/Tip'
import { registerPane } from './panes'
import { People } from './People'
import { RoomTitle } from './RoomTitle'
import { RunButton } from './RunButton'
import { RunSettings } from './RunSettings'
import { SaveIndicator } from './SaveIndicator'
import { ShareMenu } from './ShareMenu'
import { useLive } from './useRoom'

export function Header({ narrow }: { narrow: boolean }) {
  const host = useRef<HTMLElement>(null)
  const viewer = useLive((state) => !state.permissions.edit)
  useEffect(() => registerPane('header', () => host.current?.querySelector('a')?.focus()), [])
  return (
    <header className="header" ref={host} data-pane="header">
      <Tip label="Start page">
        <a className="home" href="/" aria-label="Start page">
          <Mark />
        </a>
      </Tip>
      <RoomTitle />
      <SaveIndicator />
      {viewer ? <span className="role-badge">Viewer</span> : null}
      <div className="header-gap" />
      <People shown={narrow ? 2 : 6} />
      {narrow ? null : <PackagesButton />}
      {narrow ? null : (
        <div className="run-group">
          <RunSettings />
          <DebugButton />
          <RunButton />
        </div>
      )}
      <ShareMenu narrow={narrow} />
      {narrow ? null : <DebugPanelToggle />}
      <ThemeToggle />
    </header>
  )
}
