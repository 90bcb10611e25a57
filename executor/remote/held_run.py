"""A run as its executor keeps it: what its server has not stored yet, for when that comes back."""

import asyncio
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass

from executor.handle import RunHandle
from executor.live_screen import LiveScreen
from executor.remote.held_session import HeldSession
from executor.remote.link import Link
from executor.run import Leftovers, Outcome, Place, RunState, Stream, TerminalSize

USUAL_SIZE = TerminalSize(80, 24)
CROWDED_BYTES = 4 << 20  # of output that a server has not stored, beyond which the program waits
_STATES = list(RunState)


@dataclass(frozen=True, slots=True)
class _Piece:
    """Output; `offset` is that of its first byte in all that was recorded."""

    offset: int
    stream: Stream
    place: Place
    data: bytes

    @property
    def end(self) -> int:
        return self.offset + len(self.data)

    def after(self, offset: int) -> "_Piece":
        skipped = max(0, offset - self.offset)
        return _Piece(self.offset + skipped, self.stream, self.place, self.data[skipped:])


class HeldRun:
    """See executor.run.RunListener. Tells its server, if one follows it, and keeps what it must.

    While no server follows, the program goes on; what it prints is bounded by the run's own limits.
    """

    def __init__(self, key: str, room: str, keepsake: bytes) -> None:
        self.key = key
        self.room = room
        self.keepsake = keepsake
        self.session = HeldSession(self._tell)
        self.handle: RunHandle | None = None
        self.gone_for_good = asyncio.Event()
        self.size: TerminalSize | None = None
        self._link: Link | None = None
        self._position: int | None = None
        self._reached = RunState.QUEUED
        """The last of its states but for the end."""
        self._started_at: float | None = None
        self._finished_at: float | None = None
        self._outcome: Outcome | None = None
        self._leftovers: Leftovers | None = None
        self._pieces: deque[_Piece] = deque()
        self._recorded_bytes = 0
        self._stored_bytes = 0
        self._has_room = asyncio.Event()
        self._has_room.set()
        self._screen: LiveScreen | None = None

    def admit(self, handle: RunHandle, link: Link) -> None:
        """The run was taken in, for the server at that link."""
        self.handle, self._link, self.size = handle, link, handle.request.terminal
        self.session.session = handle.session
        handle.inbox.on_taken = lambda count: self._tell("typed", count=count)
        self._tell("admitted")

    def require(self) -> RunHandle:
        """Return the run itself."""
        if self.handle is None:
            raise AssertionError(f"run {self.key} was not admitted")
        return self.handle

    def as_json(self) -> dict[str, object]:
        """What a server must know to follow it."""
        return {
            "kept_from": self._stored_bytes,
            "started_seconds_ago": _seconds_since(self._started_at),
            "finished_seconds_ago": _seconds_since(self._finished_at),
            "terminal": self.size,
        }

    def follow(self, link: Link, known: RunState, recorded_bytes: int) -> None:
        """Tell a server all that it does not know, and from now on what comes."""
        self._link = link
        self._look_around()
        self._tell("standing", **self._standing())
        if self._position is not None:
            self._tell("waiting", position=self._position)
        self._catch_up(known, RunState.PREPARING, "preparing")
        self._catch_up(known, RunState.RUNNING, "started")
        for piece in self._pieces:
            self._tell_piece(piece.after(recorded_bytes))
        if self._screen is not None:
            self._draw(self._screen.drawing())
        if self.require().session is not None and known is not RunState.FINISHED:
            self._tell("session", **self.session.as_json())
        self._tell_end(known)

    def leave(self, link: Link) -> None:
        """The server at that link follows no more."""
        if self._link is link:
            self._link = None
            self._has_room.set()

    def stored(self, recorded_bytes: int) -> None:
        """So much of the output need not be kept any more."""
        self._stored_bytes = max(self._stored_bytes, min(recorded_bytes, self._recorded_bytes))
        while self._pieces and self._pieces[0].end <= self._stored_bytes:
            self._pieces.popleft()
        self._look_around()

    def resize(self, size: TerminalSize) -> None:
        """The terminal gets another size."""
        if self.handle is not None and self.size is not None:
            self.size = size
            self.handle.resize(size)
            if self._screen is not None:
                self._screen.resize(size)

    async def ready(self) -> None:
        """See RunListener: only a server that is there can hold a program up."""
        await self._has_room.wait()

    def waiting(self, position: int) -> None:
        """See RunListener."""
        self._position = position
        self._tell("waiting", position=position)

    def preparing(self) -> None:
        """See RunListener."""
        self._position, self._reached = None, RunState.PREPARING
        self._tell("preparing")

    def started(self) -> None:
        """See RunListener."""
        self._started_at, self._reached = _now(), RunState.RUNNING
        self._tell("standing", **self._standing())
        self._tell("started")

    def output(self, stream: Stream, data: bytes, place: Place) -> None:
        """See RunListener."""
        if place is Place.PASSING:
            self._screen = self._screen or LiveScreen(self.size or USUAL_SIZE)
            self._screen.draw(data)
            self._draw(data)
            return
        if stream is Stream.TERMINAL:
            self._screen = None  # it is shown no more
        piece = _Piece(self._recorded_bytes, stream, place, data)
        self._recorded_bytes = piece.end
        self._pieces.append(piece)
        self._look_around()
        self._tell_piece(piece)

    def finished(self, outcome: Outcome) -> None:
        """See RunListener."""
        if self._screen is not None:  # the last that the program showed, for later
            self.output(Stream.TERMINAL, self._screen.drawing(), Place.SHOWN)
        self._position = None
        self._finished_at, self._outcome = _now(), outcome
        self._tell("finished", outcome=outcome)

    def left(self, leftovers: Leftovers) -> None:
        """See RunListener."""
        self._leftovers = leftovers
        self._tell_leftovers(leftovers)

    def gone(self) -> None:
        """See RunListener."""
        self.gone_for_good.set()
        self._tell("gone")

    def _catch_up(self, known: RunState, state: RunState, event: str) -> None:
        if _STATES.index(known) < _STATES.index(state) <= _STATES.index(self._reached):
            self._tell(event)

    def _tell_end(self, known: RunState) -> None:
        if self._outcome is not None and known is not RunState.FINISHED:
            self._tell("finished", outcome=self._outcome)
        if self._leftovers is not None:
            self._tell_leftovers(self._leftovers)
        if self.gone_for_good.is_set():
            self._tell("gone")

    def _tell_leftovers(self, leftovers: Leftovers) -> None:
        """One file at a time: all together may be more than one message can be."""
        for file in leftovers.files:
            path = file.path.encode(errors="surrogateescape")  # which JSON may not have
            body = path + file.content
            self._tell("file", body, path_bytes=len(path), is_executable=file.is_executable)
        self._tell("left", missed=leftovers.missed)

    def _tell_piece(self, piece: _Piece) -> None:
        if piece.data:
            self._tell("output", piece.data, stream=piece.stream, place=piece.place)

    def _draw(self, data: bytes) -> None:
        self._tell("output", data, stream=Stream.SCREEN, place=Place.PASSING)

    def _standing(self) -> Mapping[str, object]:
        handle = self.handle
        if handle is None:
            return {"is_open": True, "pending_bytes": 0, "time_left": None}
        return {
            "is_open": handle.is_open,
            "pending_bytes": handle.inbox.pending_bytes,
            "time_left": handle.time_left,
        }

    def _tell(self, event: str, body: bytes = b"", /, **more: object) -> None:
        if self._link is not None:
            self._link.tell("run", body, run=self.key, event=event, **more)

    def _look_around(self) -> None:
        if self._link is not None and self._recorded_bytes - self._stored_bytes >= CROWDED_BYTES:
            self._has_room.clear()
        else:
            self._has_room.set()


def _now() -> float:
    return asyncio.get_running_loop().time()


def _seconds_since(moment: float | None) -> float | None:
    return None if moment is None else _now() - moment
