"""Compressed stretches of a room's history: its updates with time and author, for replay.

Layout before compression (zlib): for each update varuint seq, varuint at (ms), block by (UTF-8,
empty for the server), block data; the first update follows a varuint count.
"""

import zlib
from collections.abc import Sequence

from collab.store import UpdateRow
from collab.varint import Reader, block, varuint

_LEVEL = 6


def encode_segment(rows: Sequence[UpdateRow]) -> bytes:
    """Packs updates of one room, in order."""
    parts = [varuint(len(rows))]
    for row in rows:
        parts += (
            varuint(row.seq),
            varuint(row.at),
            block((row.by or "").encode()),
            block(row.data),
        )
    return zlib.compress(b"".join(parts), _LEVEL)


def decode_segment(room_id: str, data: bytes) -> list[UpdateRow]:
    """Unpacks what `encode_segment` packed."""
    reader = Reader(zlib.decompress(data))
    rows = []
    for _ in range(reader.varuint()):
        seq, at = reader.varuint(), reader.varuint()
        by = reader.text() or None
        rows.append(UpdateRow(room_id, seq, at, by, reader.block()))
    reader.finish()
    return rows
