"""What one tick sends to everybody: updates merged, the log in order, the latest presence.

The same bytes go to all. Batching is where the cost per delivered edit falls: a tick's updates are
one frame for each peer, however many typed.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from pycrdt import merge_updates

from collab import protocol
from collab.session import Session

MERGE_AT_MOST = 64  # merging is quadratic; short batches stay linear


@dataclass(slots=True)
class OutputPiece:
    """Neighbouring output of one stream of one run; `offset` as in `protocol.output`."""

    run: int
    stream: int
    offset: int
    data: bytearray


class Batch:
    """What waits for the next tick."""

    def __init__(self) -> None:
        self._updates: list[bytes] = []
        self._origins: set[Session | None] = set()
        self._log: list[bytes | OutputPiece] = []

    @property
    def is_empty(self) -> bool:
        """Whether nothing waits."""
        return not self._updates and not self._log

    def add_update(self, origin: Session | None, update: bytes) -> None:
        """Queues an update; `origin` is the session that it came from, if any."""
        self._updates.append(update)
        self._origins.add(origin)

    def add_event(self, payload: bytes) -> None:
        """Queues an event: its JSON."""
        self._log.append(protocol.json_message(payload))

    def add_output(self, piece: OutputPiece) -> None:
        """Queues output, joined to the piece before it where they touch."""
        last = self._log[-1] if self._log else None
        if (
            isinstance(last, OutputPiece)
            and (last.run, last.stream) == (piece.run, piece.stream)
            and last.offset + len(last.data) == piece.offset
        ):
            last.data += piece.data
        else:
            self._log.append(piece)

    def send(self, sessions: Iterable[Session]) -> None:
        """Queues everything in the outboxes; the sole author of a tick is spared its echo."""
        updates = [protocol.sync_update(update) for update in _merged(self._updates)]
        author = next(iter(self._origins)) if len(self._origins) == 1 else None
        log = [_encode(entry) for entry in self._log]
        for session in sessions:
            if session is not author:
                for frame in updates:
                    session.send(frame)
            if session.wants_events:
                for frame in log:
                    session.send(frame)


def _merged(updates: list[bytes]) -> list[bytes]:
    if len(updates) < 2:
        return updates
    return [
        merge_updates(*updates[start : start + MERGE_AT_MOST])
        for start in range(0, len(updates), MERGE_AT_MOST)
    ]


def _encode(entry: bytes | OutputPiece) -> bytes:
    if isinstance(entry, bytes):
        return entry
    return protocol.output(entry.run, entry.stream, entry.offset, bytes(entry.data))
