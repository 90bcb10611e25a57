import { X } from 'lucide-react'
import { useStore } from 'zustand'
import { dismiss, toasts } from './toasts'

export function Toasts() {
  const list = useStore(toasts, (state) => state.list)
  return (
    <div className="toasts" role="status" aria-live="polite" data-testid="toasts">
      {list.map(({ id, level, text, action }) => (
        <div key={id} className="toast" data-level={level} data-testid="toast">
          <span>{text}</span>
          {action ? (
            <button
              className="text-button"
              data-testid="toast-action"
              onClick={() => {
                action.run()
                dismiss(id)
              }}
            >
              {action.label}
            </button>
          ) : null}
          <button className="icon-button small" aria-label="Dismiss" onClick={() => dismiss(id)}>
            <X size={14} />
          </button>
        </div>
      ))}
    </div>
  )
}
