import { Problem, Unreachable } from '../api/http'

/** Why joining failed, in words; undefined when the room or the link is gone for good. */
export function joinFailure(error: unknown): string | undefined {
  if (error instanceof Unreachable)
    return 'The server cannot be reached. Check your connection and try again.'
  if (!(error instanceof Problem)) return 'Something went wrong. Try again.'
  if ([403, 404, 410].includes(error.status)) return undefined
  if (error.status === 429) return error.detail || 'Too many attempts. Wait a moment and try again.'
  return error.detail || error.title
}
