"""The ordinary edits, each read by one regular expression: letters typed, a stretch deleted.

Nine in ten updates have one of these shapes, and reading them in full costs several times more than
applying them. What does not match goes the long way through `collab.update`; what matches means the
same there, to which a property test holds the two.
"""

import re
from functools import lru_cache

from collab.structs import MAX_CLOCK, Block, Content, Id, ParsedUpdate, Section
from collab.varint import MAX_SAFE_INTEGER

MAX_BYTES = 200  # longer updates are no keystrokes; they need not be tried

_N = rb"([\x80-\xff]{0,7}[\x00-\x7f])"  # a variable-length number
_TYPED = re.compile(
    rb"\x01\x01" + _N + _N  # one client with one block: its id, the clock
    + rb"(?:\xc4" + _N + _N + rb"|([\x44\x84]))" + _N + _N  # text between two units, or at one
    + rb"([\x01-\x7f])([\x00-\x7f]+)\x00",  # ASCII, its length before it; nothing deleted
    re.DOTALL,
)  # fmt: skip
_DELETED = re.compile(rb"\x00\x01" + _N + rb"\x01" + _N + _N, re.DOTALL)


def parse_keystroke(data: bytes) -> ParsedUpdate | None:
    """Reads an update of an ordinary shape; None: it has another, or is not sound."""
    if len(data) > MAX_BYTES:
        return None
    if data[:1] == b"\x01":
        return _parse_typed(data)
    return _parse_deleted(data)


def _parse_typed(data: bytes) -> ParsedUpdate | None:
    match = _TYPED.fullmatch(data)
    if match is None:
        return None
    client, clock, between, between_clock, at, place, place_clock, size, text = match.groups()
    length = size[0]
    start = _number(clock)
    end = start + length
    if length != len(text) or end > MAX_CLOCK or _id(client) > MAX_SAFE_INTEGER:
        return None
    left: Id | None = (_id(place), _number(place_clock))
    right: Id | None = None
    if between is not None:
        left, right = (_id(between), _number(between_clock)), left
    elif at == b"\x44":
        left, right = None, left
    if any(unit and (unit[0] > MAX_SAFE_INTEGER or unit[1] > MAX_CLOCK) for unit in (left, right)):
        return None
    if left == right:
        return None
    block = Block(start, length, Content.STRING, left, right)
    return ParsedUpdate([Section(_id(client), start, end, [block])], [])


def _parse_deleted(data: bytes) -> ParsedUpdate | None:
    match = _DELETED.fullmatch(data)
    if match is None:
        return None
    client, clock, length = map(_number, match.groups())
    if client > MAX_SAFE_INTEGER or length < 1 or clock + length > MAX_CLOCK:
        return None
    return ParsedUpdate([], [(client, clock, length)])


def _number(encoded: bytes) -> int:
    if len(encoded) == 2:  # most clocks
        return encoded[0] & 0x7F | encoded[1] << 7
    value = 0
    for group in reversed(encoded):
        value = value << 7 | group & 0x7F
    return value


_id = lru_cache(maxsize=8192)(_number)  # clocks are always new, client ids hardly ever
