import { Component, type ReactNode } from 'react'
import { StatePage } from './StatePage'

/** Shows a page with a way on when a part fails: a chunk of an older release, or an error of ours. */
export class Guard extends Component<{ children: ReactNode }, { failed: boolean }> {
  override state = { failed: false }

  static getDerivedStateFromError(): { failed: boolean } {
    return { failed: true }
  }

  override render(): ReactNode {
    return this.state.failed ? <StatePage kind="failed" /> : this.props.children
  }
}
