"""What typists did and what the server vouched for: what a reloaded text is held to.

A text is a row of tokens, each typed once by one typist and perhaps deleted by the same.
"""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

# One, two, three and four bytes of UTF-8, one and two units of UTF-16.
TOKEN = re.compile(r"\[é\d+\.\d+\.\d+日🧮\]")


def make_token(kill: int, typist: int, number: int) -> str:
    """The token that nobody else types."""
    return f"[é{kill}.{typist}.{number}日🧮]"


@dataclass(slots=True)
class Ledger:
    """One typist's edits between two kills, each under the number of its save barrier."""

    inserted: dict[str, int] = field(default_factory=dict)
    deleted: dict[str, int] = field(default_factory=dict)
    sent: int = 0
    """The last save barrier; it follows the last edit."""
    acknowledged: int = 0

    def acknowledged_edits(self) -> int:
        """How many edits the server has said to be durable."""
        numbers = (*self.inserted.values(), *self.deleted.values())
        return sum(number <= self.acknowledged for number in numbers)


@dataclass(slots=True)
class Findings:
    """What is wrong with a text, as the tokens concerned."""

    lost: list[str] = field(default_factory=list)
    resurrected: list[str] = field(default_factory=list)
    torn: list[str] = field(default_factory=list)
    """What is no whole token, or a token that nobody typed."""
    twice: list[str] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.lost or self.resurrected or self.torn or self.twice)


def audit(text: str, settled: Iterable[str], ledgers: Iterable[Ledger]) -> Findings:
    """Holds a reloaded text to what was acknowledged; an edit that was not may be there or not.

    `settled` are the tokens that an earlier audit found: they were read back, so they are durable.
    """
    required, allowed, forbidden = set(settled), set(settled), set[str]()
    for ledger in ledgers:
        allowed |= ledger.inserted.keys()
        required |= {t for t, number in ledger.inserted.items() if number <= ledger.acknowledged}
        required -= ledger.deleted.keys()
        forbidden |= {t for t, number in ledger.deleted.items() if number <= ledger.acknowledged}
    found = Counter(TOKEN.findall(text))
    fragments = [part for part in TOKEN.split(text) if part]
    return Findings(
        lost=sorted(required - found.keys()),
        resurrected=sorted(forbidden & found.keys()),
        torn=fragments + sorted(found.keys() - allowed),
        twice=sorted(token for token, count in found.items() if count > 1),
    )
