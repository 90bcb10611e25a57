"""The connections that come out of an installing sandbox, each as a stream of its own."""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Self

from executor.packages.relay import (
    PIECE_BYTES,
    WINDOW_BYTES,
    RelayFrame,
    RelayKind,
    RelayReader,
    closed_frame,
    data_frame,
)

log = logging.getLogger(__name__)

MAX_UNREAD_BYTES = 1 << 20  # of a request; an index is asked for little

Send = Callable[[bytes], Awaitable[None]]


class Tunnel:
    """One connection: what its client says, and what it is told."""

    def __init__(self, number: int, send: Send) -> None:
        self.number = number
        self._send = send
        self._said: deque[bytes] = deque()
        self._unread_bytes = 0
        self._window = WINDOW_BYTES
        self._has_ended = False
        self._changed = asyncio.Event()

    async def read(self) -> bytes:
        """Return what the client said next; b"" when it says no more."""
        while not self._said:
            if self._has_ended:
                return b""
            await self._change()
        data = self._said.popleft()
        self._unread_bytes -= len(data)
        return data

    async def write(self, data: bytes) -> None:
        """Tell the client; waits while it doesn't read. No error if it is gone."""
        at = 0
        while at < len(data) and not self._has_ended:
            if not self._window:
                await self._change()
                continue
            piece = data[at : at + min(PIECE_BYTES, self._window)]
            self._window -= len(piece)
            at += len(piece)
            await self._send(data_frame(self.number, piece))

    async def close(self) -> None:
        """Say that nothing more comes; once, and whether or not the client has gone."""
        await self._send(closed_frame(self.number))

    def heard(self, frame: RelayFrame) -> None:
        """Take a frame of this connection."""
        if frame.kind is RelayKind.WRITTEN:
            self._window += frame.number
        elif frame.kind is RelayKind.CLOSED:
            self._has_ended = True
        elif not self._has_ended:
            self._said.append(frame.content)
            self._unread_bytes += len(frame.content)
            self._has_ended |= self._unread_bytes > MAX_UNREAD_BYTES
        self._changed.set()

    async def _change(self) -> None:
        self._changed.clear()
        await self._changed.wait()


class Tunnels:
    """All connections of one sandbox; an async context manager: leaving it ends them.

    Args:
        send: brings bytes to the relay.
        serve: is begun for each; the connection is closed when it returns.
    """

    def __init__(self, send: Send, serve: Callable[[Tunnel], Awaitable[None]]) -> None:
        self._sending = asyncio.Lock()
        self._send = send
        self._serve = serve
        self._reader = RelayReader()
        self._open: dict[int, Tunnel] = {}
        self._serving: set[asyncio.Task[None]] = set()  # one for each that is open

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        for task in self._serving:
            task.cancel()
        await asyncio.gather(*self._serving, return_exceptions=True)

    def feed(self, data: bytes) -> None:
        """Take what the relay said. Raises ValueError if that is no frames."""
        for frame in self._reader.feed(data):
            if frame.kind is RelayKind.OPENED:
                if frame.connection in self._open:
                    raise ValueError(f"connection {frame.connection} is open already")
                self._begin(Tunnel(frame.connection, self._send_whole))
            elif frame.connection in self._open:
                self._open[frame.connection].heard(frame)

    def _begin(self, tunnel: Tunnel) -> None:
        self._open[tunnel.number] = tunnel
        task = asyncio.create_task(self._see_through(tunnel))
        self._serving.add(task)
        task.add_done_callback(self._serving.discard)

    async def _see_through(self, tunnel: Tunnel) -> None:
        try:
            await self._serve(tunnel)
        except Exception:
            log.exception("a connection of an installing sandbox failed")
        del self._open[tunnel.number]
        await tunnel.close()

    async def _send_whole(self, frame: bytes) -> None:
        async with self._sending:
            await self._send(frame)
