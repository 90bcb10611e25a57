/** Two text carets side by side: the product's mark. */
export function Mark({ size = 20 }: { size?: number }) {
  return (
    <svg className="mark" viewBox="6 5 20 22" width={size} height={size} aria-hidden="true">
      <path d="M9 8h6M12 8v16M9 24h6" className="mark-first" />
      <path d="M17 11h6M20 11v10M17 21h6" className="mark-second" />
    </svg>
  )
}
