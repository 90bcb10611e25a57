"""What a page withholds from people who cannot see it or use no mouse, by the rules of axe-core."""

from pathlib import Path

from playwright.sync_api import Page

AXE = Path(__file__).parent / "node_modules" / "axe-core" / "axe.min.js"

# The insides of Monaco and xterm.js are theirs; that they have names is checked all the same.
RUN = """async () => {
  const scope = { exclude: ['.monaco-editor', '.xterm'] }
  const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'best-practice']
  const { violations } = await axe.run(scope, { runOnly: { type: 'tag', values: tags } })
  return violations.flatMap(({ id, help, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id}: ${help}: ${target}: ${failureSummary}`))
}"""


def violations(page: Page) -> list[str]:
    """The rules that the page breaks, each with the element that breaks it."""
    page.evaluate(AXE.read_text())
    found: list[str] = page.evaluate(RUN)
    return found
