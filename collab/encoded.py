"""Reads a whole document in its encoded form, block by block, for who does not want it all at once.

It comes from pycrdt, so it is sound: what is most of it, text between others and what was deleted,
is read by one regular expression, like keystrokes.
"""

import re
from collections.abc import Iterator
from functools import lru_cache

from collab.structs import Block, Content
from collab.update import read_block
from collab.varint import Reader

_N = rb"([\x80-\xff]{0,7}[\x00-\x7f])"  # a variable-length number
_RUN = re.compile(
    rb"(?:([\xc1\xc4])" + _N + _N + _N + _N + rb"|([\x41\x44\x81\x84])" + _N + _N + rb")" + _N,
    re.DOTALL,
)  # text or what was deleted, between two units or at one; how long it is
_KIND, _BEFORE = 0x1F, 0x40


def read_document(data: bytes) -> Iterator[tuple[int, Block]]:
    """Yields each block with its client; those of one client in order, deletions are left out."""
    reader = Reader(data)
    for _ in range(reader.varuint()):
        count, client, clock = reader.varuint(), reader.varuint(), reader.varuint()
        for _ in range(count):
            block = _read_run(reader, clock) or read_block(reader, clock)
            yield client, block
            clock += block.length


def _read_run(reader: Reader, clock: int) -> Block | None:
    """Reads a block of an ordinary shape; None: it has another, and nothing is read."""
    data = reader.data
    match = _RUN.match(data, reader.position)
    if match is None:
        return None
    both, left, left_clock, right, right_clock, one, unit, unit_clock, size = match.groups()
    length, end = _number(size), match.end()
    kind = (both or one)[0] & _KIND
    if kind == Content.STRING:
        if not data[end : end + length].isascii():
            return None
        end += length
    reader.position = end
    content = Content.STRING if kind == Content.STRING else Content.DELETED
    if both:
        left_unit, right_unit = (_id(left), _number(left_clock)), (_id(right), _number(right_clock))
        return Block(clock, length, content, left_unit, right_unit)
    place = _id(unit), _number(unit_clock)
    if one[0] & _BEFORE:
        return Block(clock, length, content, None, place)
    return Block(clock, length, content, place)


def _number(encoded: bytes) -> int:
    value = shift = 0
    for group in encoded:
        value |= (group & 0x7F) << shift
        shift += 7
    return value


_id = lru_cache(maxsize=8192)(_number)  # clocks are always new, client ids hardly ever
