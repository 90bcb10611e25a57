"""Stock yjs clients that use all of Yjs around a server, and must never be refused.

`python -m tests.collab.honest --seconds 600` tries random seeds; `--seed N` one that failed.
"""

import argparse
import random
import sys
import time
from collections import Counter
from collections.abc import Callable
from unittest import mock

import collab.document
from collab import order
from collab.document import Document
from collab.structs import Id
from tests.collab.acceptance import accept
from tests.interop.editors import Editors, yjs_editors

CLIENTS = (4_000_000_001, 17, 2**32 - 1, 5)
STEPS = 40


class Company:
    """Clients that edit, online and offline, and a server that is now and then restarted."""

    def __init__(self, editors: Editors, seed: int) -> None:
        self._rng = random.Random(seed)
        self._editors = editors
        editors.begin(seed, CLIENTS)
        self._document = Document()
        self._log: list[bytes] = []
        self._online = set(range(len(CLIENTS)))

    def live(self) -> None:
        """Raises when a client is refused, or reads another document than the others at last."""
        rng = self._rng
        happenings: dict[Callable[[int], None], int] = {
            self._work: 70,
            self._online.discard: 10,
            self._meet: 12,
            self._whisper: 5,
            self._restart: 5,
        }
        for _ in range(STEPS):
            (happening,) = rng.choices([*happenings], [*happenings.values()])
            happening(rng.randrange(len(CLIENTS)))
            for who in self._online & {rng.randrange(len(CLIENTS)) for _ in range(2)}:
                self._tell(who)
        self._agree()

    def _work(self, who: int) -> None:
        for update in self._editors.work(who, self._rng.choice((1, 1, 2, 6))):
            if who in self._online:
                self._take(update)

    def _meet(self, who: int) -> None:
        """A client synchronises with the server, and is online from then on."""
        self._take(self._editors.missing(who, self._document.state_vector()))
        self._tell(who)
        self._online.add(who)

    def _whisper(self, who: int) -> None:
        """A client tells another what it has, past the server, as tabs of one browser do."""
        other = self._rng.randrange(len(CLIENTS))
        self._editors.take(other, self._editors.missing(who, self._editors.vector(other)))
        self._online.discard(other)

    def _restart(self, _: int) -> None:
        snapshot = [self._document.encoded()]
        self._document = Document(self._log if self._rng.random() < 0.5 else snapshot)

    def _tell(self, who: int) -> None:
        self._editors.take(who, self._document.diff(self._editors.vector(who)))

    def _take(self, update: bytes) -> None:
        taken = accept(self._document, update)
        if taken is not None:
            self._log.append(taken)

    def _agree(self) -> None:
        """Lets everything arrive; yjs tidies up marks then, which makes for another round."""
        for _ in range(3):
            for who in range(len(CLIENTS)):
                self._meet(who)
        views = self._editors.read()
        assert len(set(views)) == 1, views
        for updates in ([self._document.encoded()], self._log):
            assert Document(updates).guard.clocks == self._document.guard.clocks


def main() -> None:
    """Prints how many seeds went well, and how often the order of units had to be asked for."""
    parser = argparse.ArgumentParser(prog="python -m tests.collab.honest", description=__doc__)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--seed", type=int)
    options = parser.parse_args()
    counts: Counter[str] = Counter()

    def ask(document: bytes, update: bytes, pairs: list[tuple[Id, Id]]) -> bool:
        counts["copies"] += 1
        return order.are_in_order(document, update, pairs)

    end = time.monotonic() + options.seconds
    with yjs_editors() as editors, mock.patch.object(collab.document, "are_in_order", ask):
        while time.monotonic() < end:
            seed = random.randrange(2**31) if options.seed is None else options.seed
            try:
                Company(editors, seed).live()
            except BaseException as error:
                error.add_note(f"seed {seed}")
                raise
            counts["seeds"] += 1
    sys.stdout.write(f"{dict(counts)}\n")


if __name__ == "__main__":
    main()
