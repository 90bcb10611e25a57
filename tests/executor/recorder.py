"""A listener that tests can wait on."""

import asyncio
from collections.abc import Callable

from executor.run import Leftovers, Outcome, Place, RunState, Stream


class Recorder:
    """See executor.run.RunListener."""

    def __init__(self) -> None:
        self.states = [RunState.QUEUED]
        self.streams: dict[Stream, bytearray] = {stream: bytearray() for stream in Stream}
        self.kept = bytearray()
        """What can be downloaded."""
        self.takes_more = asyncio.Event()
        """Can be cleared to hold the program up."""
        self.takes_more.set()
        self.leftovers = Leftovers()
        self.is_gone = False
        self.pieces = 0
        self.positions: list[int] = []
        self._outcome: Outcome | None = None
        self._changed = asyncio.Event()

    def waiting(self, position: int) -> None:
        self.positions.append(position)
        self._changed.set()

    def preparing(self) -> None:
        self._enter(RunState.PREPARING)

    def started(self) -> None:
        self._enter(RunState.RUNNING)

    async def ready(self) -> None:
        await self.takes_more.wait()

    def output(self, stream: Stream, data: bytes, place: Place) -> None:
        if place is not Place.SHOWN:
            self.kept += data
        if place is not Place.KEPT:
            self.streams[stream] += data
        self.pieces += 1
        self._changed.set()

    def finished(self, outcome: Outcome) -> None:
        assert self._outcome is None
        self._outcome = outcome
        self._enter(RunState.FINISHED)

    def left(self, leftovers: Leftovers) -> None:
        assert self.is_finished
        self.leftovers = leftovers

    def gone(self) -> None:
        assert self.is_finished
        assert not self.is_gone
        self.is_gone = True
        self._changed.set()

    @property
    def is_finished(self) -> bool:
        return self._outcome is not None

    async def outcome(self) -> str:
        await self.until(lambda: self.is_finished)
        assert self._outcome is not None
        return self._outcome.text

    async def says(self, text: str) -> None:
        await self.until(lambda: text in self.text)

    async def until(self, holds: Callable[[], bool]) -> None:
        while not holds():
            self._changed.clear()
            await self._changed.wait()

    @property
    def text(self) -> str:
        """All that the program wrote, with plain line ends."""
        written = (self.streams[stream] for stream in Stream if stream is not Stream.SYSTEM)
        return b"".join(written).decode(errors="replace").replace("\r\n", "\n")

    @property
    def marks(self) -> str:
        return self.streams[Stream.SYSTEM].decode()

    def _enter(self, state: RunState) -> None:
        self.states.append(state)
        self._changed.set()
