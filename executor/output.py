"""What of a program's output is kept, and how fast it is taken; pure bookkeeping.

Kept are the beginning, passed on as it comes, and the very end, which follows when the program has
ended: the end is where errors are told. What lies between is cut, and the cut is marked.
"""

from collections import deque

from executor.frames import Chunk
from executor.run import Stream

TAIL_BYTES = 64 << 10
# Output that nobody will see is taken faster, so that a noisy program gets on, but not as fast as
# it can be written (160 MB/s were seen), so that it costs the server little.
DISCARD_SPEEDUP = 8
BURST_SECONDS = 0.25
CONTINUATION_BYTES = bytes(range(0x80, 0xC0))  # of a UTF-8 character


class OutputLimit:
    """Keeps a run's output within `max_bytes`, its own marks not counted."""

    def __init__(self, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        self._tail_room = min(TAIL_BYTES, max_bytes // 2)
        self._head_left = max_bytes - self._tail_room
        self._tail: deque[Chunk] = deque()
        self._tail_bytes = 0
        self._cut_bytes = 0

    @property
    def is_reached(self) -> bool:
        """Whether output is no longer passed on as it comes."""
        return bool(self._tail)

    def take(self, chunk: Chunk) -> list[Chunk]:
        """Return what is to be passed on now."""
        was_reached = self.is_reached
        head, rest = chunk.data[: self._head_left], chunk.data[self._head_left :]
        self._head_left -= len(head)
        self._keep(Chunk(chunk.stream, rest))
        passed = [Chunk(chunk.stream, head)] if head else []
        if self.is_reached and not was_reached:
            passed.append(
                mark(f"output limit of {size(self._max_bytes)} reached; the end will follow")
            )
        return passed

    def finish(self) -> list[Chunk]:
        """Return the end of the output, after a mark if something before it was cut."""
        tail = list(self._tail)
        if not self._cut_bytes:
            return tail
        partial = len(tail[0].data) - len(tail[0].data.lstrip(CONTINUATION_BYTES))
        tail[0] = Chunk(tail[0].stream, tail[0].data[partial:])
        return [mark(f"{self._cut_bytes + partial:,} bytes cut"), *tail]

    def _keep(self, chunk: Chunk) -> None:
        if not chunk.data:
            return
        self._tail.append(chunk)
        self._tail_bytes += len(chunk.data)
        while (excess := self._tail_bytes - self._tail_room) > 0:
            oldest = self._tail.popleft()
            if len(oldest.data) > excess:
                self._tail.appendleft(Chunk(oldest.stream, oldest.data[excess:]))
            dropped = min(excess, len(oldest.data))
            self._tail_bytes -= dropped
            self._cut_bytes += dropped


class Throttle:
    """A token bucket: how long to wait before reading on, so that a rate is kept."""

    def __init__(self, bytes_per_second: float, now: float) -> None:
        self._rate = bytes_per_second
        self._free_at = now - BURST_SECONDS

    def delay(self, count: int, now: float, speedup: int = 1) -> float:
        """Account for `count` bytes taken now; return how long to wait before the next are."""
        self._free_at = max(self._free_at, now - BURST_SECONDS) + count / (self._rate * speedup)
        return max(0.0, self._free_at - now)


def size(count: int) -> str:
    """Return a number of bytes for people: 512 bytes, 64 KiB, 1 MiB."""
    for unit, name in ((1 << 20, "MiB"), (1 << 10, "KiB")):
        if count >= unit:
            return f"{count / unit:.4g} {name}"
    return f"{count} bytes"


def mark(text: str) -> Chunk:
    """Return a line of the server's own, to stand between a program's output."""
    return Chunk(Stream.SYSTEM, f"\r\n[{text}]\r\n".encode())
