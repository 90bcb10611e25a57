"""The framing of an attached container's output, without I/O.

Engine API, "Attach to a container", stream format: 1 byte stream (1 out, 2 err), 3 bytes zero,
4 bytes length (big endian), then so many bytes. With a terminal there are no frames.
"""

import struct
from dataclasses import dataclass

from executor.run import Stream

HEADER = struct.Struct(">BxxxI")


@dataclass(frozen=True, slots=True)
class Chunk:
    """A piece of a program's output."""

    stream: Stream
    data: bytes


class FrameDecoder:
    """Takes frames apart as their bytes come in; holds nothing but an unfinished header."""

    def __init__(self) -> None:
        self._header = b""
        self._stream = Stream.STDOUT
        self._left = 0

    def feed(self, data: bytes) -> list[Chunk]:
        """Return what the bytes carry, in order; neighbours of one stream are joined.

        Raises:
            ValueError: the bytes are no frames.
        """
        pieces: list[tuple[Stream, list[bytes]]] = []
        at = 0
        while at < len(data):
            if self._left == 0:
                at = self._read_header(data, at)
                continue
            piece = data[at : at + self._left]
            at += len(piece)
            self._left -= len(piece)
            if not pieces or pieces[-1][0] is not self._stream:
                pieces.append((self._stream, []))
            pieces[-1][1].append(piece)
        return [Chunk(stream, b"".join(parts)) for stream, parts in pieces]

    def _read_header(self, data: bytes, at: int) -> int:
        end = at + HEADER.size - len(self._header)
        self._header += data[at:end]
        if len(self._header) == HEADER.size:
            number, self._left = HEADER.unpack(self._header)
            self._stream = Stream(number)
            self._header = b""
        return min(end, len(data))
