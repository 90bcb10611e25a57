const TAIL = 9
const SHORT = 16

/** A name that is cut in its middle where it is too long: siblings differ at their ends. */
export function FileName({ name }: { name: string }) {
  const letters = [...name]
  if (letters.length <= SHORT) return name
  return (
    <span className="cut-name">
      <span>{letters.slice(0, -TAIL).join('')}</span>
      <span>{letters.slice(-TAIL).join('')}</span>
    </span>
  )
}
