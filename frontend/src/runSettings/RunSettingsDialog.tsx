import { Blocks, Play, Plus, X } from 'lucide-react'
import { Dialog, Tabs } from 'radix-ui'
import { useState } from 'react'
import { useLive, useRoom } from '../app/useRoom'
import { ControlSetting } from '../debug/ControlSetting'
import { toast } from '../ui/toasts'
import { ConfigurationForm } from './ConfigurationForm'
import { useConfigurations } from './useConfigurations'

const DEFAULT = 'default'

/** What Run runs, as everybody in the room has it: a default configuration, and others by name. */
export function RunSettingsDialog() {
  const editable = useLive((state) => state.permissions.edit)
  return (
    <Dialog.Portal>
      <Dialog.Overlay className="overlay" />
      <Dialog.Content className="dialog sheet run-dialog" data-testid="run-settings-panel">
        <header>
          <Dialog.Title>Run settings</Dialog.Title>
          <Dialog.Close className="icon-button" aria-label="Close">
            <X size={16} aria-hidden="true" />
          </Dialog.Close>
        </header>
        <Dialog.Description className="hint">
          {editable
            ? 'The same for everybody in the room, as soon as you change them.'
            : 'The same for everybody in the room. Viewers cannot change them.'}
        </Dialog.Description>
        <Configurations editable={editable} />
        <footer aria-label="Of the whole room">
          <ControlSetting />
          <OpenPackages />
        </footer>
      </Dialog.Content>
    </Dialog.Portal>
  )
}

function OpenPackages() {
  const { view } = useRoom()
  return (
    <Dialog.Close asChild>
      <button className="button small" onClick={() => view.setState({ packages: true })}>
        <Blocks size={13} aria-hidden="true" />
        Packages
      </button>
    </Dialog.Close>
  )
}

function Configurations({ editable }: { editable: boolean }) {
  const configurations = useConfigurations()
  const named = configurations.list()
  const [wanted, setWanted] = useState(configurations.chosen)
  const [made, setMade] = useState<string>()
  const shown = named.some(({ id }) => id === wanted) ? wanted : null
  const add = (like: string | null, name: string) => {
    const id = configurations.add(unusedName(name, named), like)
    setMade(id)
    setWanted(id)
  }
  const remove = (id: string) => {
    const name = configurations.name(id)
    toast.info(`${name} was deleted.`, { label: 'Undo', run: configurations.remove(id) })
  }
  return (
    <Tabs.Root
      className="run-dialog-body"
      orientation="vertical"
      value={shown ?? DEFAULT}
      onValueChange={(id) => setWanted(id === DEFAULT ? null : id)}
    >
      <div className="configuration-list">
        <Tabs.List aria-label="Configurations">
          {[{ id: null, name: 'Default' }, ...named].map(({ id, name }) => (
            <Tabs.Trigger
              key={id ?? DEFAULT}
              value={id ?? DEFAULT}
              data-testid="configuration"
              data-name={name}
            >
              <span>{name}</span>
              {named.length > 0 && configurations.chosen === id ? (
                <Play size={11} fill="currentColor" role="img" aria-label="used by Run" />
              ) : null}
            </Tabs.Trigger>
          ))}
        </Tabs.List>
        {editable ? (
          <button
            className="text-button"
            data-testid="configuration-add"
            onClick={() => add(null, 'Configuration')}
          >
            <Plus size={13} aria-hidden="true" />
            New configuration
          </button>
        ) : null}
      </div>
      <Tabs.Content className="configuration" value={shown ?? DEFAULT} tabIndex={-1}>
        <ConfigurationForm
          key={shown}
          id={shown}
          isNew={made === shown}
          onDuplicate={() => add(shown, `${shown === null ? 'Default' : configurations.name(shown)} copy`)}
          onDelete={() => shown !== null && remove(shown)}
        />
      </Tabs.Content>
    </Tabs.Root>
  )
}

/** The name, with the first number that makes it one of its own. */
function unusedName(name: string, named: readonly { name: string }[]): string {
  const isUsed = (wanted: string) => named.some((one) => one.name === wanted)
  let unused = name
  for (let number = 2; isUsed(unused); number += 1) unused = `${name} ${number}`
  return unused
}
