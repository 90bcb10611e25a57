import { useEffect, useReducer, useState } from 'react'
import { useRoom } from '../app/useRoom'
import type { RunConfigurations } from '../collab/runConfigurations'

/** The room's run configurations; renders again when one changes. */
export function useConfigurations(): RunConfigurations {
  const { workspace } = useRoom().room
  const [, changed] = useReducer((count: number) => count + 1, 0)
  useEffect(() => workspace.observe(changed), [workspace])
  return workspace.configurations
}

/**
 * What is being typed, which may not be a value yet, and the stored value it stands for: when that
 * changes by another's hand, what is typed gives way.
 *
 * @param read What is typed as a value; undefined while it is none.
 */
export function useDraft<Stored, Draft>(
  stored: Stored,
  show: (stored: Stored) => Draft,
  read: (draft: Draft) => Stored | undefined,
): [Draft, (draft: Draft) => void] {
  const [draft, setDraft] = useState(() => show(stored))
  const text = JSON.stringify(stored)
  const [seen, setSeen] = useState(text)
  if (text !== seen) {
    setSeen(text)
    if (JSON.stringify(read(draft)) !== text) setDraft(show(stored))
  }
  return [draft, setDraft]
}
