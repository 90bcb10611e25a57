import type { CSSProperties } from 'react'
import { initials, inkOn } from './color'

export function Avatar({ person }: { person: { name: string; color: string } }) {
  const style = { '--person': person.color, '--person-ink': inkOn(person.color) } as CSSProperties
  return (
    <span className="avatar" style={style} aria-hidden="true">
      {initials(person.name)}
    </span>
  )
}
