"""Frames between a server and its executor: a JSON head, and bytes that need no JSON.

u32 length of the head | u32 length of the body | head | body        (lengths big-endian)
"""

import asyncio
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson

_LENGTHS = struct.Struct("!II")


class MalformedFrame(ValueError):
    """The bytes are no frame."""


@dataclass(frozen=True, slots=True)
class Sizes:
    """The largest frame that is read."""

    head_bytes: int
    body_bytes: int


STRANGERS = Sizes(4 << 10, 0)  # from whom nothing is known yet
PEERS = Sizes(32 << 20, 128 << 20)  # a debugger's message of 8 MiB, escaped; a whole workspace


@dataclass(frozen=True, slots=True)
class Message:
    """One frame."""

    head: Mapping[str, Any]
    body: bytes = b""


def encode(head: Mapping[str, Any], body: bytes = b"") -> tuple[bytes, bytes]:
    """Return a frame in two pieces, so that a large body need not be copied."""
    encoded = orjson.dumps(head)
    return _LENGTHS.pack(len(encoded), len(body)) + encoded, body


async def read(reader: asyncio.StreamReader, sizes: Sizes) -> Message | None:
    """Return the next frame; None at the end of the stream.

    Raises:
        MalformedFrame: what comes is none, or a larger one than may be.
    """
    try:
        head_bytes, body_bytes = _LENGTHS.unpack(await reader.readexactly(_LENGTHS.size))
        if head_bytes > sizes.head_bytes or body_bytes > sizes.body_bytes:
            raise MalformedFrame(f"a frame of {head_bytes} and {body_bytes} bytes")
        head = orjson.loads(await reader.readexactly(head_bytes))
        body = await reader.readexactly(body_bytes)
    except asyncio.IncompleteReadError:
        return None
    except orjson.JSONDecodeError as error:
        raise MalformedFrame(f"a frame's head is no JSON: {error}") from None
    if not isinstance(head, dict):
        raise MalformedFrame("a frame's head is no object")
    return Message(head, body)
