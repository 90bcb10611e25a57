"""Frames that wait for one peer: bounded in bytes, so that a slow reader costs itself only."""

import asyncio
from collections import deque

from collab.errors import SlowConsumer

MAX_BULK_BYTES = 64 << 20  # whole documents and kept output, sent because the peer asked


class Outbox:
    """A queue with one reader; `put` never waits."""

    def __init__(self, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        self._frames: deque[tuple[bytes, bool]] = deque()
        self._bytes = 0
        self._bulk_bytes = 0
        self._filled = asyncio.Event()

    def put(self, frame: bytes, *, bulk: bool = False) -> None:
        """Queues a frame; `bulk` ones, large because the peer asked for much, are counted apart.

        Raises:
            SlowConsumer: too much is waiting already.
        """
        if bulk:
            self._bulk_bytes += len(frame)
        else:
            self._bytes += len(frame)
        if self._bytes > self._max_bytes or self._bulk_bytes > MAX_BULK_BYTES:
            raise SlowConsumer(f"{self._bytes} bytes are waiting; reconnect to catch up")
        self._frames.append((frame, bulk))
        self._filled.set()

    async def get(self) -> bytes:
        """Waits for the next frame; it stays first, and counted, until `sent` is called."""
        while not self._frames:
            self._filled.clear()
            await self._filled.wait()
        return self._frames[0][0]

    def sent(self) -> None:
        """Removes the frame that `get` returned."""
        frame, bulk = self._frames.popleft()
        if bulk:
            self._bulk_bytes -= len(frame)
        else:
            self._bytes -= len(frame)
