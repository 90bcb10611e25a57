import { useLive, useRoom, useSetting } from '../app/useRoom'

/** The room's choice: only the driver steps, or whoever may debug. */
export function ControlSetting() {
  const { workspace } = useRoom().room
  const editable = useLive((state) => state.permissions.edit)
  const control = useSetting('control')
  return (
    <>
      <label className="check-row" htmlFor="run-control">
        <input
          id="run-control"
          type="checkbox"
          data-testid="run-control"
          checked={control === 'everybody'}
          disabled={!editable}
          aria-describedby="run-control-hint"
          onChange={(event) =>
            workspace.setSetting('control', event.target.checked ? 'everybody' : undefined)
          }
        />
        Everybody may step in the debugger
      </label>
      <p className="hint" id="run-control-hint">
        Otherwise one person drives; the others ask for control.
      </p>
    </>
  )
}
