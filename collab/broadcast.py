"""What one tick sends to everybody: updates merged, the log in order, the latest presence.

The same bytes go to all in one write. Batching is where the cost per delivered edit falls: a tick's
updates are one frame for each peer, however many typed.
"""

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from pycrdt import merge_updates

from collab import frames, protocol
from collab.echo import Echoes
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
        self._authors: set[Session | None] = set()
        self._showers: set[Session | None] = set()
        self._log: list[bytes | OutputPiece] = []
        self._renewed: set[int] = set()

    @property
    def is_empty(self) -> bool:
        """Whether nothing waits."""
        return not (self._updates or self._log or self._renewed)

    def add_update(self, origin: Session | None, update: bytes) -> None:
        """Queues an update; `origin` is the session that it came from, if any."""
        self._updates.append(update)
        self._authors.add(origin)

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

    def add_presence(self, origin: Session | None, clients: Iterable[int]) -> None:
        """Queues the client ids whose state has changed, by the session `origin` if any."""
        self._renewed.update(clients)
        self._showers.add(origin)

    def send(
        self, sessions: Iterable[Session], echoes: Echoes, state_vector: Callable[[], bytes]
    ) -> bool:
        """Writes everything to all; the sole author of the updates is spared their echo.

        Who alone has shown something, and is to be sent nothing else, is owed the echo of that.
        Returns whether somebody is.

        From peers that have fallen behind, updates and presence are held back; the log is not,
        since its order is a promise.
        """
        edits = b"".join(map(_update_frame, _merged(self._updates)))
        presence = echoes.presence_frame(self._renewed)
        log = b"".join(map(_log_frame, self._log))
        author, shower = _sole(self._authors), _sole(self._showers)
        quiet, full = edits + presence, edits + log + presence
        is_owing = False
        for session in sessions:
            wants_events = session.wants_events
            if session.held_since is not None:
                if log and wants_events:
                    session.write(log)
                continue
            if session is author:
                data = log + presence if wants_events else presence
            else:
                data = full if wants_events else quiet
            if session is shower and len(data) == len(presence):
                echoes.owe(session, self._renewed)
                is_owing = True
            elif data and session.write(echoes.take(session) + data):
                session.held_since = state_vector()
        return is_owing


def _sole(sessions: set[Session | None]) -> Session | None:
    """The only one, if there is only one."""
    return next(iter(sessions)) if len(sessions) == 1 else None


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


def _log_frame(entry: bytes | OutputPiece) -> bytes:
    if isinstance(entry, OutputPiece):
        entry = protocol.output(entry.run, entry.stream, entry.offset, bytes(entry.data))
    return frames.binary(entry)
