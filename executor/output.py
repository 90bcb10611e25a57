"""What of a program's output is shown and kept, and how fast it is taken; pure bookkeeping.

Shown are the beginning, passed on as it comes, and the very end, which follows when the program has
ended: the end is where errors are told. Of what lies between, as much is kept as there is room for;
the rest is cut. Both gaps are marked, each where it is. What full-screen programs draw passes by.
"""

from collections import deque
from dataclasses import dataclass

from executor.alternate_screen import AlternateScreen
from executor.frames import Chunk
from executor.run import Place, Stream

TAIL_BYTES = 64 << 10
# Output that nobody sees as it comes is taken faster, so that a noisy program gets on, but not as
# fast as it can be written (160 MB/s were seen), so that it costs the server little.
UNSEEN_SPEEDUP = 8
# Drawing is not limited in all, so its rate is: 128 KiB/s of 1 MiB/s are some 25 whole screens.
DRAWING_SPEEDUP = 1 / 8
BURST_SECONDS = 0.25
CONTINUATION_BYTES = bytes(range(0x80, 0xC0))  # of a UTF-8 character


@dataclass(frozen=True, slots=True)
class Piece:
    """Output on its way to whoever looks, or to be kept."""

    stream: Stream
    data: bytes
    place: Place = Place.BOTH


class OutputLimit:
    """Keeps a run's output within two limits, its own marks not counted.

    Args:
        shown_bytes: of what is shown.
        kept_bytes: of all that is kept, what is shown included.
    """

    def __init__(self, shown_bytes: int, kept_bytes: int) -> None:
        self._shown_bytes = shown_bytes
        self._tail_room = min(TAIL_BYTES, shown_bytes // 2)
        self._head_left = shown_bytes - self._tail_room
        self._middle_left = max(0, kept_bytes - shown_bytes)
        self._screen = AlternateScreen()
        self._tail: deque[Chunk] = deque()
        self._tail_bytes = 0
        self._middle_bytes = 0
        self._cut_bytes = 0

    @property
    def is_reached(self) -> bool:
        """Whether output is no longer shown as it comes."""
        return bool(self._tail)

    @property
    def speedup(self) -> float:
        """How much faster than other output it is to be taken now."""
        if self.is_reached:
            return UNSEEN_SPEEDUP
        return DRAWING_SPEEDUP if self._screen.is_shown else 1

    def take(self, chunk: Chunk) -> list[Piece]:
        """Return what is to be passed on now."""
        if chunk.stream is not Stream.TERMINAL:
            return self._take(chunk)
        pieces: list[Piece] = []
        for is_drawn, data in self._screen.split(chunk.data):
            if is_drawn and not self.is_reached:
                pieces.append(Piece(Stream.SCREEN, data, Place.PASSING))
            else:
                pieces += self._take(Chunk(chunk.stream, data))
        return pieces

    def _take(self, chunk: Chunk) -> list[Piece]:
        was_reached = self.is_reached
        head, rest = chunk.data[: self._head_left], chunk.data[self._head_left :]
        self._head_left -= len(head)
        passed = [Piece(chunk.stream, head)] if head else []
        middle = self._put_off(Chunk(chunk.stream, rest))
        if self.is_reached and not was_reached:
            passed.append(
                mark(
                    f"output limit of {size(self._shown_bytes)} reached; the end will follow",
                    Place.SHOWN,
                )
            )
        return passed + middle

    def finish(self) -> list[Piece]:
        """Return the end of the output, after marks if something before it is missing there."""
        held = self._screen.rest()
        return [*(self._take(Chunk(Stream.TERMINAL, held)) if held else ()), *self._end()]

    def _end(self) -> list[Piece]:
        if not self._middle_bytes and not self._cut_bytes:
            return [Piece(chunk.stream, chunk.data) for chunk in self._tail]
        first = self._tail.popleft()
        whole = first.data.lstrip(CONTINUATION_BYTES)
        between = self._leave(Chunk(first.stream, first.data[: len(first.data) - len(whole)]))
        end = (Chunk(first.stream, whole), *self._tail)
        return [*between, *self._marks(), *(Piece(chunk.stream, chunk.data) for chunk in end)]

    def _put_off(self, chunk: Chunk) -> list[Piece]:
        """Add to the end; return what is therefore no longer part of it."""
        if not chunk.data:
            return []
        self._tail.append(chunk)
        self._tail_bytes += len(chunk.data)
        left: list[Piece] = []
        while (excess := self._tail_bytes - self._tail_room) > 0:
            oldest = self._tail.popleft()
            if len(oldest.data) > excess:
                self._tail.appendleft(Chunk(oldest.stream, oldest.data[excess:]))
            leaving = Chunk(oldest.stream, oldest.data[:excess])
            self._tail_bytes -= len(leaving.data)
            left += self._leave(leaving)
        return left

    def _leave(self, chunk: Chunk) -> list[Piece]:
        """Return what is kept of output that is not shown; count both."""
        kept = chunk.data[: self._middle_left]
        self._middle_left -= len(kept)
        self._middle_bytes += len(kept)
        self._cut_bytes += len(chunk.data) - len(kept)
        return [Piece(chunk.stream, kept, Place.KEPT)] if kept else []

    def _marks(self) -> list[Piece]:
        left_out = self._middle_bytes + self._cut_bytes
        if not self._middle_bytes:
            return [mark(f"{left_out:,} bytes cut")]
        has = "has them" if not self._cut_bytes else f"has {self._middle_bytes:,} of them"
        marks = [mark(f"{left_out:,} bytes left out; the download {has}", Place.SHOWN)]
        if self._cut_bytes:
            marks.append(mark(f"{self._cut_bytes:,} bytes cut", Place.KEPT))
        return marks


class Throttle:
    """A token bucket: how long to wait before reading on, so that a rate is kept."""

    def __init__(self, bytes_per_second: float, now: float) -> None:
        self._rate = bytes_per_second
        self._free_at = now - BURST_SECONDS

    def delay(self, count: int, now: float, speedup: float = 1) -> float:
        """Account for `count` bytes taken now; return how long to wait before the next are."""
        self._free_at = max(self._free_at, now - BURST_SECONDS) + count / (self._rate * speedup)
        return max(0.0, self._free_at - now)


def size(count: int) -> str:
    """Return a number of bytes for people: 512 bytes, 64 KiB, 1 MiB."""
    for unit, name in ((1 << 20, "MiB"), (1 << 10, "KiB")):
        if count >= unit:
            return f"{count / unit:.4g} {name}"
    return f"{count} bytes"


def mark(text: str, place: Place = Place.BOTH) -> Piece:
    """Return a line of the server's own, to stand between a program's output."""
    return Piece(Stream.SYSTEM, f"\r\n[{text}]\r\n".encode(), place)
