import { Copy, X } from 'lucide-react'
import { Dialog } from 'radix-ui'
import { copyText } from '../ui/copy'
import { toast } from '../ui/toasts'
import { useWholeValue } from './useWholeValue'
import type { VariableRow } from './variableRows'

/** A value as long as it is, to read and copy. */
export function WholeValue({ row, onClose }: { row: VariableRow; onClose: () => void }) {
  const value = useWholeValue(row)
  const copy = () =>
    copyText(value).then(
      () => toast.info('The value is copied.'),
      (error: unknown) => toast.error('The value could not be copied.', error),
    )
  return (
    <Dialog.Root open onOpenChange={(open) => open || onClose()}>
      <Dialog.Portal>
        <Dialog.Overlay className="overlay" />
        <Dialog.Content className="dialog sheet whole-value" data-testid="whole-value">
          <header>
            <Dialog.Title className="mono">{row.name || 'Value'}</Dialog.Title>
            <Dialog.Close className="icon-button" aria-label="Close">
              <X size={16} aria-hidden="true" />
            </Dialog.Close>
          </header>
          <Dialog.Description>{row.type || 'As the debugger tells it'}</Dialog.Description>
          {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- it scrolls */}
          <pre tabIndex={0} aria-label="The whole value">
            {value}
          </pre>
          <footer>
            <button className="button" onClick={() => void copy()}>
              <Copy size={14} aria-hidden="true" />
              Copy
            </button>
          </footer>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  )
}
