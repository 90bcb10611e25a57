"""Plans of what befalls a room: seeded, and written as JSON lines, so that they can be replayed.

Steps name their actor by `who`; one that makes no sense at its time (a drop while offline) does
nothing, so every part of a plan is a plan too.
"""

import json
import random
from collections.abc import Iterable
from pathlib import Path
from typing import Any

Step = dict[str, Any]

ACTORS = 4
PIECES = (
    *("a", "word ", "\n", "é", "日本", "😀", "😁", "e\u0301", "\ufffd"),
    *("👩\u200d👩\u200d👧", "🏳️\u200d🌈", "🇩🇪", "x = '🧮'\n", "\u200d", "\ufe0f"),
)
LONG = "long line 🧮\n" * 400  # makes a stalled reader's backlog overflow
WEIGHTS = {
    "edit": 50,
    "read": 25,
    "flush": 12,
    "drop": 4,
    "connect": 8,
    "stall": 3,
    "read on": 4,
    "rewrite": 2,
    "tidy": 2,
    "restart": 1,
}


def make_plan(seed: int, *, steps: int) -> list[Step]:
    """A random plan; the same for the same seed."""
    rng = random.Random(seed)
    kinds = rng.choices(tuple(WEIGHTS), weights=tuple(WEIGHTS.values()), k=steps)
    return [{"do": kind, **_details(rng, kind)} for kind in kinds]


def _details(rng: random.Random, kind: str) -> Step:
    if kind in {"flush", "tidy", "restart"}:
        return {}
    if kind == "rewrite":
        return {"at": rng.randrange(200), "insert": rng.choice(PIECES)}
    step: Step = {"who": rng.randrange(ACTORS)}
    if kind == "read":
        step["frames"] = rng.choice((1, 1, 2, 5, 100))
    if kind == "edit":
        insert = LONG if rng.random() < 0.03 else "".join(rng.choices(PIECES, k=rng.choice((1, 3))))
        step |= {"at": rng.randrange(200), "count": rng.choice((0, 0, 1, 2, 9)), "insert": insert}
    return step


def save_plan(plan: Iterable[Step], path: Path) -> None:
    """Writes a plan as JSON lines."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(f"{json.dumps(step)}\n" for step in plan))


def load_plan(path: Path) -> list[Step]:
    """Reads a plan that `save_plan` wrote."""
    return [json.loads(line) for line in path.read_text().splitlines()]
