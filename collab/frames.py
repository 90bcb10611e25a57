"""WebSocket frames as a server writes them (RFC 6455, section 5).

They carry no mask, so a broadcast is framed once and the same bytes go to every peer.
"""

import struct
from enum import IntEnum

MAX_CONTROL_BYTES = 125
FINAL = 0x80


class Opcode(IntEnum):
    """The low four bits of a frame's first byte."""

    CONTINUATION = 0
    TEXT = 1
    BINARY = 2
    CLOSE = 8
    PING = 9
    PONG = 10


_BINARY_HEADS = [bytes((FINAL | Opcode.BINARY, size)) for size in range(MAX_CONTROL_BYTES + 1)]


def binary(payload: bytes) -> bytes:
    """A whole binary message."""
    size = len(payload)
    if size <= MAX_CONTROL_BYTES:
        return _BINARY_HEADS[size] + payload
    return _head(Opcode.BINARY, size) + payload


def control(opcode: Opcode, payload: bytes = b"") -> bytes:
    """A control frame; its payload is cut at 125 bytes."""
    payload = payload[:MAX_CONTROL_BYTES]
    return _head(opcode, len(payload)) + payload


def close(code: int, reason: str) -> bytes:
    """A close frame; the reason is cut to fit, at a character's end."""
    words = reason.encode()[: MAX_CONTROL_BYTES - 2].decode(errors="ignore")
    return control(Opcode.CLOSE, struct.pack(">H", code) + words.encode())


def _head(opcode: Opcode, size: int) -> bytes:
    first = FINAL | opcode
    if size <= MAX_CONTROL_BYTES:
        return bytes((first, size))
    if size < 1 << 16:
        return struct.pack(">BBH", first, 126, size)
    return struct.pack(">BBQ", first, 127, size)
