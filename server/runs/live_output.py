"""What one run has printed: what is shown of it, and what is still to be stored."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from itertools import groupby

from executor.run import Place
from server.runs.records import OutputChunk

CROWDED_BYTES = 1 << 20  # unseen output in memory, beyond which it is stored before more is taken


class LiveOutput:
    """A run's output; holds what is shown, and of the rest only what is not stored yet.

    Args:
        shown: what was shown before.
        recorded_bytes: what was recorded and stored before.
    """

    def __init__(self, shown: Sequence[OutputChunk] = (), recorded_bytes: int = 0) -> None:
        self.shown = list(shown)
        """By their offsets in what is shown."""
        self.unstored: list[OutputChunk] = []
        """By their offsets in all that was recorded."""
        self._is_due = asyncio.Event()
        self._has_room = asyncio.Event()
        self._has_room.set()
        self._recorded_bytes = recorded_bytes
        self._shown_bytes = sum(len(chunk.data) for chunk in shown)
        self._unseen_bytes = 0
        self.stored_bytes = recorded_bytes
        """Of all that was recorded."""

    def add(self, stream: int, data: bytes, place: Place) -> OutputChunk | None:
        """Takes a piece; returns it as it is to be shown, if it is."""
        self.unstored.append(OutputChunk(self._recorded_bytes, stream, data, place))
        self._recorded_bytes += len(data)
        if place is Place.KEPT:
            self._unseen_bytes += len(data)
            self._look_around()
            return None
        chunk = OutputChunk(self._shown_bytes, stream, data)
        self.shown.append(chunk)
        self._shown_bytes += len(data)
        return chunk

    def stored(self, count: int) -> None:
        """The first `count` of what was not stored are now."""
        self.stored_bytes += sum(len(chunk.data) for chunk in self.unstored[:count])
        unseen = (chunk for chunk in self.unstored[:count] if chunk.place is Place.KEPT)
        self._unseen_bytes -= sum(len(chunk.data) for chunk in unseen)
        del self.unstored[:count]
        self._look_around()

    async def ready(self) -> None:
        """Waits until there is room for more."""
        await self._has_room.wait()

    async def until_due(self, seconds: float) -> None:
        """Waits so long, or until something should be stored at once."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._is_due.wait()

    def hurry(self) -> None:
        """Says that something should be stored at once."""
        self._is_due.set()

    def _look_around(self) -> None:
        if self._unseen_bytes >= CROWDED_BYTES:
            self._is_due.set()
            self._has_room.clear()
        else:
            self._is_due.clear()
            self._has_room.set()


def joined(chunks: Sequence[OutputChunk]) -> list[OutputChunk]:
    """The same output in fewer pieces: neighbours of one stream and place become one."""
    return [
        OutputChunk(pieces[0].offset, stream, b"".join(piece.data for piece in pieces), place)
        for (stream, place), group in groupby(chunks, key=lambda chunk: (chunk.stream, chunk.place))
        if (pieces := list(group))
    ]
