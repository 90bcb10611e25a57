"""Stock yjs documents that edit all that Yjs has: one Node process that runs `editors.mjs`."""

from base64 import b64decode, b64encode
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.interop.node_process import NodeProcess, node_process

SCRIPT = Path(__file__).with_name("editors.mjs")


class Editors:
    """Its methods are the actions of `editors.mjs`; `who` counts editors from 0."""

    def __init__(self, node: NodeProcess) -> None:
        self._ask = node.ask

    def begin(self, seed: int, clients: Sequence[int]) -> None:
        """New editors under these client ids; every third one's document collects nothing."""
        self._ask("begin", seed=seed, clients=clients)

    def work(self, who: int, count: int) -> list[bytes]:
        """Has one edit, undo and redo; returns the updates that this sends."""
        return [b64decode(update) for update in self._ask("work", who=who, count=count)]

    def take(self, who: int, update: bytes) -> None:
        """Gives one an update."""
        self._ask("take", who=who, update=b64encode(update).decode())

    def missing(self, who: int, state_vector: bytes) -> bytes:
        """What one has that a replica with this state vector lacks, and all deletions."""
        vector = b64encode(state_vector).decode()
        return b64decode(self._ask("missing", who=who, vector=vector))

    def vector(self, who: int) -> bytes:
        """One's state vector."""
        return b64decode(self._ask("vector", who=who))

    def read(self) -> list[str]:
        """All that each reads, as JSON."""
        views: list[str] = self._ask("read")
        return views


@contextmanager
def yjs_editors() -> Generator[Editors]:
    """Starts yjs; ends its process in the end."""
    with node_process(SCRIPT) as node:
        yield Editors(node)
