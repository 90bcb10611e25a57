"""Strict structural reading of Yjs updates (v1) and state vectors, before pycrdt sees them.

pycrdt trusts its input: seven bytes can make a document unloadable, deep nesting ends the process
and a declared count reserves memory at once. Everything here is linear in the input and checks
counts, depth, lengths and content types. Format: yjs, src/utils/encoding.js and src/structs.
"""

from collections.abc import Mapping

import orjson

from collab.errors import BadFrame, PoisonedUpdate, TooLarge, UpdateGap
from collab.keystroke import parse_keystroke
from collab.structs import MAX_CLOCK, Block, Content, Id, ParsedUpdate, Section, Shared
from collab.varint import MAX_SAFE_INTEGER, Reader, varuint

MAX_DEPTH = 32  # of values within values; yrs recurses and overflows its stack near 26,000
MAX_BLOCKS = 400_000

_HAS_ORIGIN, _HAS_RIGHT_ORIGIN, _HAS_PARENT_KEY = 0x80, 0x40, 0x20
# lib0's tagged values of a fixed size: undefined, null, true, false; float32, float64, bigint
_FIXED_ANY = {0x7F: 0, 0x7E: 0, 0x78: 0, 0x79: 0, 0x7C: 4, 0x7B: 8, 0x7A: 8}
_ARRAY_ANY, _OBJECT_ANY = 0x75, 0x76
_OBJECT_TAG = bytes((_OBJECT_ANY,))
_MAX_SHIFT = 62
_CONTENTS = {int(content): content for content in Content}
_SHARED = {int(shared): shared for shared in Shared}


def parse_update(data: bytes) -> ParsedUpdate:
    """Reads one update.

    Raises:
        PoisonedUpdate: it is malformed or holds what no editor produces.
        UpdateGap: it says itself that content is missing (a Skip block).
    """
    return parse_keystroke(data) or parse_in_full(data)


def parse_in_full(data: bytes, *, max_blocks: int | None = MAX_BLOCKS) -> ParsedUpdate:
    """Reads one update of any shape. Raises as `parse_update`."""
    reader = Reader(data)
    try:
        sections = _read_sections(reader, max_blocks)
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


def encode_state_vector(clocks: Mapping[int, int]) -> bytes:
    """The opposite of `parse_state_vector`."""
    numbers = (number for entry in clocks.items() for number in entry)
    return varuint(len(clocks)) + b"".join(map(varuint, numbers))


def _count(reader: Reader, bytes_each: int = 1) -> int:
    """Reads a declared count and refuses one that the remaining bytes can't hold."""
    count = reader.varuint()
    if count * bytes_each > reader.remaining:
        raise BadFrame(f"{count} items declared, {reader.remaining} bytes left")
    return count


def _read_sections(reader: Reader, max_blocks: int | None) -> list[Section]:
    sections: list[Section] = []
    seen: set[int] = set()
    block_count = 0
    for _ in range(_count(reader, bytes_each=3)):
        section = _read_section(reader)
        if section.client in seen:
            raise BadFrame(f"two sections of client {section.client}")
        seen.add(section.client)
        block_count += len(section.blocks)
        if max_blocks is not None and block_count > max_blocks:
            raise TooLarge(f"an update of more than {max_blocks} blocks")
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
        block = read_block(reader, clock)
        clock += block.length
        if block.length < 1 or clock > MAX_CLOCK:
            raise BadFrame(f"a block of length {block.length} at clock {block.clock}")
        blocks.append(block)
    return Section(client, start, clock, blocks)


def read_block(reader: Reader, clock: int) -> Block:
    """Reads one block of a section. Raises `BadFrame` or `UpdateGap`."""
    info = reader.byte()
    kind = info & 0x1F
    if kind == Content.GC:
        if info:
            raise BadFrame("a collected block with flags")
        return Block(clock, reader.varuint(MAX_CLOCK), Content.GC)
    if kind == Content.SKIP:
        raise UpdateGap("the update skips content")
    left = _read_id(reader) if info & _HAS_ORIGIN else None
    right = _read_id(reader) if info & _HAS_RIGHT_ORIGIN else None
    if left is not None and left == right:
        raise BadFrame("content between a unit and itself")
    if kind not in _CONTENTS:
        raise BadFrame(f"content of kind {kind}")
    block = Block(clock, 1, _CONTENTS[kind], left, right)
    if left is None and right is None:
        _read_parent(reader, block, has_key=bool(info & _HAS_PARENT_KEY))
    _read_content(reader, block)
    return block


def _read_id(reader: Reader) -> Id:
    return reader.varuint(MAX_SAFE_INTEGER), reader.varuint(MAX_CLOCK)


def _read_parent(reader: Reader, block: Block, *, has_key: bool) -> None:
    match reader.varuint():
        case 1:
            block.parent = reader.text()
        case 0:
            block.parent = _read_id(reader)
        case other:
            raise BadFrame(f"parent kind {other}")
    if has_key:
        block.key = reader.text()


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


def _read_content(reader: Reader, block: Block) -> None:
    """Reads what is in a block, and how many clock ticks that takes."""
    match block.content:
        case Content.STRING:
            text = reader.text()
            block.low_surrogates = _low_surrogates(text, block.clock)
            block.length = len(text) + len(block.low_surrogates)
        case Content.DELETED:
            block.length = reader.varuint(MAX_CLOCK)
        case Content.ANY:
            block.length = _read_values(reader)
        case Content.TYPE:
            block.shared = _read_type(reader)
        case _:
            _read_single(reader, block.content)


def _read_values(reader: Reader) -> int:
    count = _count(reader)
    for _ in range(count):
        read_any(reader)
    return count


def _read_single(reader: Reader, content: Content) -> None:
    match content:
        case Content.BINARY:
            reader.block()
        case Content.EMBED:
            _read_json(reader)
        case Content.FORMAT:
            reader.text()
            _read_json(reader)
        case Content.DOC:
            reader.text()
            if reader.data[reader.position : reader.position + 1] != _OBJECT_TAG:
                raise BadFrame("a subdocument without options")
            read_any(reader)
        case _:
            raise BadFrame(f"content of kind {content}")


def _read_type(reader: Reader) -> Shared:
    type_ref = reader.byte()
    if type_ref not in _SHARED:
        raise BadFrame(f"shared type {type_ref}")
    if type_ref == Shared.XML_ELEMENT:
        reader.text()
    return _SHARED[type_ref]


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
