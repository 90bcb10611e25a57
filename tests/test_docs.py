"""The documentation and the locks keep up with the code."""

import re
from pathlib import Path

import pytest

from collab.errors import CloseCode
from collab.protocol import MessageType

ROOT = Path(__file__).parent.parent
PROTOCOL = (ROOT / "docs" / "protocol.md").read_text()
LOCKS = ["requirements/*.txt", "*/package-lock.json", "tests/*/package-lock.json"]


def test_every_close_code_is_documented_and_no_other() -> None:
    documented = dict(re.findall(r"^\| (\d{4}) \| ([A-Z_]+) \|", PROTOCOL, re.MULTILINE))
    assert documented == {str(code.value): code.name for code in CloseCode}


def test_every_message_type_is_documented_and_no_other() -> None:
    documented = re.findall(r"^\| (\d) [a-zA-Z ]+ \|", PROTOCOL, re.MULTILINE)
    assert documented == [str(kind.value) for kind in MessageType]


@pytest.mark.parametrize("document", sorted(ROOT.glob("*.md")) + sorted(ROOT.glob("docs/**/*.md")))
def test_every_link_within_the_repository_leads_somewhere(document: Path) -> None:
    targets = re.findall(r"\]\((?!https?:|#)([^)#]+)", document.read_text())
    assert [target for target in targets if not (document.parent / target).exists()] == []


@pytest.mark.parametrize("pattern", LOCKS)
def test_locks_name_no_registry(pattern: str) -> None:
    """So that they install from whichever one a machine is set up for."""
    locks = list(ROOT.glob(pattern))
    assert locks
    for lock in locks:
        assert not re.search(r'"resolved":|--index-url|--find-links', lock.read_text())
