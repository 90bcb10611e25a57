"""Long work, done a slice at a time, so that nobody waits long for it.

One slice in each turn of the event loop, whatever the number of works: they take turns among
themselves as well.
"""

import asyncio
import time
from collections import deque
from collections.abc import Iterator

SLICE_SECONDS = 0.004  # what a keystroke of somebody else may be late


class Turns:
    """Does works: each step of one is small, and its last step ends it."""

    def __init__(self) -> None:
        self._works: deque[Iterator[None]] = deque()
        self._handle: asyncio.Handle | None = None

    def take(self, work: Iterator[None]) -> None:
        """Has `work` done from the next turn of the loop on; it must not raise."""
        self._works.append(work)
        if self._handle is None:
            self._handle = asyncio.get_running_loop().call_soon(self._turn)

    def _turn(self) -> None:
        work = self._works.popleft()
        end = time.perf_counter() + SLICE_SECONDS
        try:
            for _ in work:
                if time.perf_counter() >= end:
                    self._works.append(work)
                    break
        finally:
            self._handle = asyncio.get_running_loop().call_soon(self._turn) if self._works else None
