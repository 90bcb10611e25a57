import { ChevronDown, SlidersHorizontal } from 'lucide-react'
import { Dialog } from 'radix-ui'
import { ConfigurationSwitch } from '../runSettings/ConfigurationSwitch'
import { RunSettingsDialog } from '../runSettings/RunSettingsDialog'
import { useConfigurations } from '../runSettings/useConfigurations'
import { useLive, useRuntime } from './useRoom'

/** What Run runs: the language, or the configuration where there are several, and the way to change it. */
export function RunSettings() {
  const configurations = useConfigurations()
  const runtime = useRuntime()
  const fallback = useLive((state) => state.room.runtime)
  const present = useLive((state) => state.present)
  const wanted = configurations.active.runtime ?? fallback
  const label = runtime ? `${runtime.name} ${runtime.version}` : present ? wanted : 'Language'
  const isNamed = configurations.list().length > 0
  return (
    <>
      {isNamed ? <ConfigurationSwitch /> : null}
      <Dialog.Root>
        <Dialog.Trigger
          className="button run-settings"
          data-testid="run-settings"
          data-only-icon={isNamed}
          aria-label={`Run settings: ${label}`}
        >
          {isNamed ? (
            <SlidersHorizontal size={14} aria-hidden="true" />
          ) : (
            <>
              <span>
                {runtime?.name ?? label} <i>{runtime?.version}</i>
              </span>
              <ChevronDown size={14} aria-hidden="true" />
            </>
          )}
        </Dialog.Trigger>
        <RunSettingsDialog />
      </Dialog.Root>
    </>
  )
}
