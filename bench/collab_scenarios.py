"""What people do in the measured rooms.

A cursor follows each edit, as editors do it; those who only watch move theirs now and then.
"""

import struct
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from bench.seed import updates

WINDOW = {"warm_up": 1, "drain": 8}
SEED_BYTES = 4_000_000
PAIR = 3
LECTURE_EDITS, LECTURE_SHOWS = 10, 0.2
PAIR_EDITS = 5


@dataclass(frozen=True, slots=True)
class Scenario:
    """So many rooms of so many people, and the generator's options."""

    name: str
    rooms: int
    per_room: int
    options: Mapping[str, object] = field(default_factory=dict)

    @property
    def mode(self) -> object:
        """What the generator calls it: typing, join or idle."""
        return self.options["mode"]

    @contextmanager
    def generator_options(self) -> Iterator[dict[str, object]]:
        """The options, with a file of what is in the document where there is something."""
        if self.mode != "join":
            yield dict(self.options)
            return
        with tempfile.NamedTemporaryFile(suffix=".seed") as seed:
            for update in updates(SEED_BYTES):
                seed.write(struct.pack("<I", len(update)) + update)
            seed.flush()
            yield {**self.options, "seed": seed.name}


def classroom(people: int, rate: float, *, presence: bool = True) -> Scenario:
    """One room in which everybody types."""
    name = f"{'classroom' if presence else 'typing'}:{people}x{rate:g}"
    options = {"mode": "typing", "edits": rate, "shows_with_edits": int(presence), **WINDOW}
    return Scenario(name, 1, people, options)


def pairs(rooms: int) -> Scenario:
    """Many rooms of three, all typing."""
    options = {"mode": "typing", "edits": PAIR_EDITS, "shows_with_edits": 1, **WINDOW}
    return Scenario(f"pairs:{rooms}", rooms, PAIR, options)


def lecture(people: int) -> Scenario:
    """One types, the others watch and move their cursors."""
    options = {
        "mode": "typing",
        "edits": LECTURE_EDITS,
        "writers": 1,
        "shows": LECTURE_SHOWS,
        "shows_with_edits": 1,
        **WINDOW,
    }
    return Scenario(f"lecture:{people}", 1, people, options)


def join(people: int) -> Scenario:
    """All enter a room with a large document at once."""
    return Scenario(f"join:{people}", 1, people, {"mode": "join"})


def idle(people: int) -> Scenario:
    """Rooms of three in which nobody does anything."""
    options = {"mode": "idle", "shows_with_edits": 1}
    return Scenario(f"idle:{people}", people // PAIR, PAIR, options)


def parse(text: str) -> Scenario:
    """Reads `classroom:100x5`, `typing:100x5`, `pairs:200`, `lecture:500`, `join:100`, `idle:1000`.

    Raises:
        ValueError: it is none of these.
    """
    kind, _, size = text.partition(":")
    people, _, rate = size.partition("x")
    match kind:
        case "classroom" | "typing":
            return classroom(int(people), float(rate), presence=kind == "classroom")
        case "pairs":
            return pairs(int(size))
        case "lecture":
            return lecture(int(size))
        case "join":
            return join(int(size))
        case "idle":
            return idle(int(size))
        case _:
            raise ValueError(f"no scenario is called {text!r}")


FIRST = (classroom(100, 5), pairs(200))
FULL = (
    *(classroom(people, rate) for people in (10, 50, 100, 200) for rate in (2, 5, 10)),
    *(classroom(people, rate, presence=False) for people, rate in ((100, 5), (200, 10))),
    *(pairs(rooms) for rooms in (50, 200, 500)),
    *(join(people) for people in (100, 150)),
    *(idle(people) for people in (999, 3000)),
    lecture(500),
)
