"""Compressed stretches of a room's history: its updates with time and author, for replay.

Layout before compression (zlib), for each update: seq (u64), at (u64, ms), length of by (u16),
length of data (u32), all big-endian; then by (UTF-8, empty for the server) and data.
"""

import struct
import zlib
from collections.abc import Sequence

from collab.store import UpdateRow

_LEVEL = 6
_HEAD = struct.Struct(">QQHI")


def encode_segment(rows: Sequence[UpdateRow]) -> bytes:
    """Packs updates of one room, in order."""
    parts: list[bytes] = []
    for row in rows:
        by = (row.by or "").encode()
        parts += (_HEAD.pack(row.seq, row.at, len(by), len(row.data)), by, row.data)
    return zlib.compress(b"".join(parts), _LEVEL)


def decode_segment(room_id: str, segment: bytes) -> list[UpdateRow]:
    """Unpacks what `encode_segment` packed."""
    packed = zlib.decompress(segment)
    rows = []
    position = 0
    while position < len(packed):
        seq, at, by_size, data_size = _HEAD.unpack_from(packed, position)
        position += _HEAD.size
        by = packed[position : position + by_size].decode() or None
        position += by_size
        rows.append(UpdateRow(room_id, seq, at, by, packed[position : position + data_size]))
        position += data_size
    return rows
