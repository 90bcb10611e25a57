"""The attached streams of one container, as frames, with back-pressure down to the program."""

import asyncio
import logging
import socket
from collections import deque
from collections.abc import Iterable, Iterator
from typing import Self

from executor.entry import Frame, FrameReader, FromSandbox
from executor.frames import FrameDecoder
from executor.run import Stream

log = logging.getLogger(__name__)

READ_BYTES = 64 << 10


class Connection:
    """Made before its container starts; what its first process says comes from `next`."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer
        self._streams = FrameDecoder()
        self._frames = FrameReader()
        self._waiting: deque[Frame] = deque()

    @classmethod
    async def over(cls, attached: socket.socket) -> Self:
        """Take a connection to a container's streams over."""
        reader, writer = await asyncio.open_connection(sock=attached, limit=READ_BYTES)
        return cls(reader, writer)

    @property
    def is_open(self) -> bool:
        """Whether more can be expected to come."""
        return not (self._reader.at_eof() or self._writer.is_closing())

    async def next(self) -> Frame | None:
        """Return the next frame; None when there will be no more."""
        while not self._waiting:
            try:
                data = await self._reader.read(READ_BYTES)
            except ConnectionError:  # as good as its end: the container tells how it ended
                return None
            if not data:
                return None
            for chunk in self._streams.feed(data):
                if chunk.stream is Stream.STDOUT:
                    self._waiting += self._frames.feed(chunk.data)
                else:  # a program's own errors come in frames: this is the sandbox's
                    log.warning("a sandbox says: %s", chunk.data.decode(errors="replace").strip())
        return self._waiting.popleft()

    def more(self, kind: FromSandbox) -> Iterator[Frame]:
        """Take the frames of one kind that are here already, before one of another kind."""
        while self._waiting and self._waiting[0].kind is kind:
            yield self._waiting.popleft()

    async def send(self, frames: Iterable[bytes]) -> None:
        """Write frames; waits while they are not taken. No error if nobody is there any more."""
        try:
            self._writer.write(b"".join(frames))
            await self._writer.drain()
        except ConnectionError:  # who reads is told
            return

    def abort(self) -> None:
        """Drop the connection with all that is still in it; its sandbox ends."""
        self._writer.transport.abort()
