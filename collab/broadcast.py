"""What one tick sends to everybody: updates merged, the log in order, the latest presence.

The same bytes go to all in one write. Batching is where the cost per delivered edit falls: a tick's
updates are one frame for each peer, however many typed.
"""

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from pycrdt import merge_updates

from collab import frames, protocol
from collab.awareness import Awareness
from collab.errors import is_from_pycrdt
from collab.session import Session

logger = logging.getLogger(__name__)

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
        self._renewed: set[int] = set()

    @property
    def is_empty(self) -> bool:
        """Whether nothing waits."""
        return not (self._updates or self._log or self._renewed)

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

    def add_presence(self, clients: Iterable[int]) -> None:
        """Queues the client ids whose state has changed."""
        self._renewed.update(clients)

    def send(
        self, sessions: Iterable[Session], state_vector: Callable[[], bytes], awareness: Awareness
    ) -> None:
        """Writes everything to all; the sole author of the updates is spared their echo.

        From peers that have fallen behind, updates and presence are held back; the log is not,
        since its order is a promise.
        """
        edits = b"".join(map(_update_frame, _merged(self._updates)))
        presence = _presence_frame(awareness, self._renewed)
        log = b"".join(map(_log_frame, self._log))
        author = next(iter(self._origins)) if len(self._origins) == 1 else None
        quiet, full = edits + presence, edits + log + presence
        for session in sessions:
            if session.held_since is not None:
                data = log if session.wants_events else b""
            elif session is not author:
                data = full if session.wants_events else quiet
            else:
                data = log + presence if session.wants_events else presence
            if data:
                session.write(data)
                if session.is_congested and session.held_since is None:
                    session.held_since = state_vector()


def _merged(updates: list[bytes]) -> list[bytes]:
    if len(updates) < 2:
        return updates
    try:
        return [
            merge_updates(*updates[start : start + MERGE_AT_MOST])
            for start in range(0, len(updates), MERGE_AT_MOST)
        ]
    except BaseException as error:
        if not is_from_pycrdt(error):
            raise
        logger.warning("%d updates are sent unmerged: %s", len(updates), error)
        return updates


def _update_frame(update: bytes) -> bytes:
    return frames.binary(protocol.sync_update(update))


def _presence_frame(awareness: Awareness, renewed: set[int]) -> bytes:
    if not renewed:
        return b""
    return frames.binary(protocol.awareness_update(awareness.encode(renewed)))


def _log_frame(entry: bytes | OutputPiece) -> bytes:
    if isinstance(entry, OutputPiece):
        entry = protocol.output(entry.run, entry.stream, entry.offset, bytes(entry.data))
    return frames.binary(entry)
