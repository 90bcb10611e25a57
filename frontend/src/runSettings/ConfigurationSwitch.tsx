import { Check, ChevronDown } from 'lucide-react'
import { DropdownMenu } from 'radix-ui'
import { useLive } from '../app/useRoom'
import { useConfigurations } from './useConfigurations'

/** Chooses the configuration that Run uses, for everybody. */
export function ConfigurationSwitch() {
  const configurations = useConfigurations()
  const editable = useLive((state) => state.permissions.edit)
  const { chosen } = configurations
  const all = [{ id: null, name: 'Default' }, ...configurations.list()]
  const name = all.find(({ id }) => id === chosen)?.name
  return (
    <DropdownMenu.Root>
      <DropdownMenu.Trigger
        className="button run-configuration"
        data-testid="run-configuration"
        data-name={name}
        aria-label={`Run configuration: ${name}`}
      >
        <span>{name}</span>
        <ChevronDown size={14} aria-hidden="true" />
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content className="menu" align="end" sideOffset={6} collisionPadding={8}>
          <DropdownMenu.Label>Run uses, for everybody</DropdownMenu.Label>
          <DropdownMenu.RadioGroup value={chosen ?? ''}>
            {all.map(({ id, name: title }) => (
              <DropdownMenu.RadioItem
                key={id ?? ''}
                value={id ?? ''}
                data-testid="run-configuration-item"
                data-name={title}
                disabled={!editable}
                onSelect={() => configurations.choose(id)}
              >
                <span className="check">
                  <DropdownMenu.ItemIndicator>
                    <Check size={14} />
                  </DropdownMenu.ItemIndicator>
                </span>
                <span className="person-name">{title}</span>
                <small>{configurations.read(id).entry}</small>
              </DropdownMenu.RadioItem>
            ))}
          </DropdownMenu.RadioGroup>
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  )
}
