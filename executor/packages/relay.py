"""What a server and the relay in an installing sandbox say to each other, without I/O.

deploy/runtimes/relay is the other side, and says what holds for both.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum

HEADER = struct.Struct(">BBH")
WINDOW_BYTES = 1 << 18
PIECE_BYTES = 1 << 15  # a frame's number has 16 bits


class RelayKind(IntEnum):
    """The kinds of frames."""

    OPENED = ord("o")
    WRITTEN = ord("w")
    DATA = ord("d")
    CLOSED = ord("c")


@dataclass(frozen=True, slots=True)
class RelayFrame:
    """One whole frame; `number` is the length of a DATA's content, else what its kind means."""

    kind: RelayKind
    connection: int
    number: int
    content: bytes = b""


class RelayReader:
    """Cuts the relay's output into frames; holds no more than one that is not whole yet."""

    def __init__(self) -> None:
        self._unread = bytearray()

    def feed(self, data: bytes) -> Iterator[RelayFrame]:
        """Yield the frames that are whole now.

        Raises:
            ValueError: the bytes are no frames.
        """
        self._unread += data
        while len(self._unread) >= HEADER.size:
            kind, connection, number = HEADER.unpack_from(self._unread)
            frame_kind = RelayKind(kind)
            end = HEADER.size + (number if frame_kind is RelayKind.DATA else 0)
            if len(self._unread) < end:
                return
            content = bytes(memoryview(self._unread)[HEADER.size : end])
            del self._unread[:end]
            yield RelayFrame(frame_kind, connection, number, content)


def data_frame(connection: int, piece: bytes) -> bytes:
    """Return the frame that brings at most PIECE_BYTES to a client."""
    return HEADER.pack(RelayKind.DATA, connection, len(piece)) + piece


def closed_frame(connection: int) -> bytes:
    """Return the frame that says that nothing more comes."""
    return HEADER.pack(RelayKind.CLOSED, connection, 0)
