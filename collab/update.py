"""Strict structural reading of Yjs updates (v1) and state vectors, before pycrdt sees them.

pycrdt trusts its input: seven bytes can make a document unloadable, deep nesting ends the process
and a declared count reserves memory at once. Everything here is linear in the input and checks
counts, depth, lengths and content types. Format: yjs, src/utils/encoding.js and src/structs.
"""

from enum import IntEnum

import orjson

from collab.errors import BadFrame, PoisonedUpdate, TooLarge, UpdateGap
from collab.keystroke import parse_keystroke
from collab.structs import MAX_CLOCK, Block, Id, ParsedUpdate, Section
from collab.varint import MAX_SAFE_INTEGER, Reader

MAX_DEPTH = 32  # of values within values; yrs recurses and overflows its stack near 26,000
MAX_BLOCKS = 400_000

_GC, _DELETED, _JSON, _BINARY, _STRING, _EMBED, _FORMAT, _TYPE, _ANY, _SUBDOCUMENT, _SKIP = range(
    11
)
_XML_ELEMENT = 3
_TYPE_REFS = frozenset(
    {0, 1, 2, _XML_ELEMENT, 4, 6}
)  # array, map, text, element, fragment, xml text
_HAS_ORIGIN, _HAS_RIGHT_ORIGIN, _HAS_PARENT_KEY = 0x80, 0x40, 0x20
# lib0's tagged values of a fixed size: undefined, null, true, false; float32, float64, bigint
_FIXED_ANY = {0x7F: 0, 0x7E: 0, 0x78: 0, 0x79: 0, 0x7C: 4, 0x7B: 8, 0x7A: 8}
_ARRAY_ANY, _OBJECT_ANY = 0x75, 0x76
_OBJECT_TAG = bytes((_OBJECT_ANY,))
_MAX_SHIFT = 62


class _Content(IntEnum):
    """The low five bits of a block's first byte (yjs, src/structs/Content*.js)."""

    GC = 0
    DELETED = 1
    JSON = 2
    BINARY = 3
    STRING = 4
    EMBED = 5
    FORMAT = 6
    TYPE = 7
    ANY = 8
    DOC = 9
    SKIP = 10


def parse_update(data: bytes) -> ParsedUpdate:
    """Reads one update.

    Raises:
        PoisonedUpdate: it is malformed or holds what no editor produces.
        UpdateGap: it says itself that content is missing (a Skip block).
    """
    return parse_keystroke(data) or parse_in_full(data)


def parse_in_full(data: bytes) -> ParsedUpdate:
    """Reads one update of any shape. Raises as `parse_update`."""
    reader = Reader(data)
    try:
        sections = _read_sections(reader)
        deletions = _read_deletions(reader)
        reader.finish()
    except BadFrame as error:
        raise PoisonedUpdate(f"malformed update: {error}") from None
    return ParsedUpdate(sections, deletions)


def parse_state_vector(data: bytes) -> dict[int, int]:
    """Reads a state vector: for each client id the clock up to which its content is known.

    Raises:
        BadFrame: it is malformed.
    """
    reader = Reader(data)
    count = _count(reader, bytes_each=2)
    clocks = {}
    for _ in range(count):
        client = reader.varuint(MAX_SAFE_INTEGER)
        clocks[client] = reader.varuint(MAX_CLOCK)
    reader.finish()
    return clocks


def _count(reader: Reader, bytes_each: int = 1) -> int:
    """Reads a declared count and refuses one that the remaining bytes can't hold."""
    count = reader.varuint()
    if count * bytes_each > reader.remaining:
        raise BadFrame(f"{count} items declared, {reader.remaining} bytes left")
    return count


def _read_sections(reader: Reader) -> list[Section]:
    sections: list[Section] = []
    seen: set[int] = set()
    blocks_left = MAX_BLOCKS
    for _ in range(_count(reader, bytes_each=3)):
        section = _read_section(reader)
        if section.client in seen:
            raise BadFrame(f"two sections of client {section.client}")
        seen.add(section.client)
        blocks_left -= len(section.blocks)
        if blocks_left < 0:
            raise TooLarge(f"an update of more than {MAX_BLOCKS} blocks")
        sections.append(section)
    return sections


def _read_section(reader: Reader) -> Section:
    count = _count(reader)
    if count == 0:
        raise BadFrame("a section without blocks")
    client = reader.varuint(MAX_SAFE_INTEGER)
    start = clock = reader.varuint(MAX_CLOCK)
    blocks = []
    for _ in range(count):
        block = _read_block(reader, clock)
        clock += block.length
        if block.length < 1 or clock > MAX_CLOCK:
            raise BadFrame(f"a block of length {block.length} at clock {block.clock}")
        blocks.append(block)
    return Section(client, start, clock, blocks)


def _read_block(reader: Reader, clock: int) -> Block:
    info = reader.byte()
    kind = info & 0x1F
    if kind == _Content.GC:
        if info:
            raise BadFrame("a collected block with flags")
        return Block(clock, reader.varuint(MAX_CLOCK))
    if kind == _Content.SKIP:
        raise UpdateGap("the update skips content")
    left = _read_id(reader) if info & _HAS_ORIGIN else None
    right = _read_id(reader) if info & _HAS_RIGHT_ORIGIN else None
    if left is not None and left == right:
        raise BadFrame("content between a unit and itself")
    parent = None
    if left is None and right is None:
        parent = _read_parent(reader, has_key=bool(info & _HAS_PARENT_KEY))
    if kind == _Content.STRING:
        text = reader.text()
        low = _low_surrogates(text, clock)
        return Block(clock, len(text) + len(low), left, right, parent, low)
    return Block(clock, _read_content(reader, kind), left, right, parent)


def _read_id(reader: Reader) -> Id:
    return reader.varuint(MAX_SAFE_INTEGER), reader.varuint(MAX_CLOCK)


def _read_parent(reader: Reader, *, has_key: bool) -> Id | None:
    """Reads the shared type that content is in: a root type by its name (None), or a unit."""
    parent = None
    match reader.varuint():
        case 1:
            reader.text()
        case 0:
            parent = _read_id(reader)
        case other:
            raise BadFrame(f"parent kind {other}")
    if has_key:
        reader.text()
    return parent


def _low_surrogates(text: str, clock: int) -> tuple[int, ...]:
    """The clocks of second halves in a text that begins at `clock`; yjs counts UTF-16 units."""
    if text.isascii() or max(text) <= "\uffff":
        return ()
    found = []
    for character in text:
        clock += 1
        if character > "\uffff":
            found.append(clock)
            clock += 1
    return tuple(found)


def _read_content(reader: Reader, kind: int) -> int:
    """Reads content other than text; returns how many clock ticks it takes."""
    match kind:
        case _Content.DELETED:
            return reader.varuint(MAX_CLOCK)
        case _Content.ANY:
            return _read_values(reader)
        case _:
            _read_single(reader, kind)
            return 1


def _read_values(reader: Reader) -> int:
    count = _count(reader)
    for _ in range(count):
        read_any(reader)
    return count


def _read_single(reader: Reader, kind: int) -> None:
    match kind:
        case _Content.TYPE:
            _read_type(reader)
        case _Content.BINARY:
            reader.block()
        case _Content.EMBED:
            _read_json(reader)
        case _Content.FORMAT:
            reader.text()
            _read_json(reader)
        case _Content.DOC:
            reader.text()
            if reader.data[reader.position : reader.position + 1] != _OBJECT_TAG:
                raise BadFrame("a subdocument without options")
            read_any(reader)
        case _:
            raise BadFrame(f"content of kind {kind}")


def _read_type(reader: Reader) -> None:
    type_ref = reader.byte()
    if type_ref not in _TYPE_REFS:
        raise BadFrame(f"shared type {type_ref}")
    if type_ref == _XML_ELEMENT:
        reader.text()


def _read_json(reader: Reader) -> None:
    """Skips a value of an embed or a mark, which must be JSON as JavaScript and Rust read it."""
    try:
        orjson.loads(reader.block())
    except orjson.JSONDecodeError:
        raise BadFrame("a value is not JSON") from None


def read_any(reader: Reader, depth: int = 0) -> None:
    """Skips one value in lib0's `any` encoding."""
    if depth > MAX_DEPTH:
        raise BadFrame(f"values nested deeper than {MAX_DEPTH}")
    tag = reader.byte()
    if tag in _FIXED_ANY:
        reader.take(_FIXED_ANY[tag])
    elif tag in (_ARRAY_ANY, _OBJECT_ANY):
        for _ in range(_count(reader)):
            if tag == _OBJECT_ANY:
                reader.text()
            read_any(reader, depth + 1)
    else:
        _read_sized_any(reader, tag)


def _read_sized_any(reader: Reader, tag: int) -> None:
    match tag:
        case 0x77:
            reader.text()
        case 0x74:
            reader.block()
        case 0x7D:
            _skip_signed(reader)
        case _:
            raise BadFrame(f"value of kind {tag:#x}")


def _skip_signed(reader: Reader) -> None:
    """Skips an integer, which JavaScript must be able to hold (lib0, writeVarInt)."""
    first = reader.byte()
    value, shift = first & 0x3F, 6
    more = first & 0x80
    while more:
        group = reader.byte()
        value |= (group & 0x7F) << shift
        shift += 7
        more = group & 0x80
        if value > MAX_SAFE_INTEGER or shift > _MAX_SHIFT:
            raise BadFrame("an integer that JavaScript can't hold")


def _read_deletions(reader: Reader) -> list[tuple[int, int, int]]:
    """Reads what is deleted: each client once, its ranges in order and apart, as yjs writes them.

    In disorder, ranges get lost when pycrdt merges updates, and yjs reads others than yrs.
    """
    deletions: list[tuple[int, int, int]] = []
    clients: set[int] = set()
    for _ in range(_count(reader, bytes_each=2)):
        client = reader.varuint(MAX_SAFE_INTEGER)
        if client in clients:
            raise BadFrame(f"two lists of deletions of client {client}")
        clients.add(client)
        deletions += _read_ranges(reader, client)
    return deletions


def _read_ranges(reader: Reader, client: int) -> list[tuple[int, int, int]]:
    ranges = []
    end = 0
    for _ in range(_count(reader, bytes_each=2)):
        clock, length = reader.varuint(MAX_CLOCK), reader.varuint(MAX_CLOCK)
        if clock < end or length < 1 or clock + length > MAX_CLOCK:
            raise BadFrame(f"deletes {length} units at clock {clock}, after {end}")
        end = clock + length
        ranges.append((client, clock, length))
    return ranges
