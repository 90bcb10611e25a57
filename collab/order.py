"""Asks pycrdt in which order two units are, where what is known of them does not tell.

That takes a copy of the document, but is rare: of two units that are next to each other one was
put right beside the other, unless two people wrote in the same spot without seeing each other.
"""

from collections.abc import Collection
from itertools import count
from typing import Any

from pycrdt import Doc, StickyIndex

from collab.errors import TooLarge
from collab.structs import Content, Id
from collab.update import parse_state_vector, parse_update
from collab.varint import varuint

MAX_WORK = 256 << 20  # bytes of the document times questions: about two seconds


def are_in_order(document: bytes, update: bytes, pairs: list[tuple[Id, Id]]) -> bool:
    """Whether in a document, with an update, the first of each pair of units is before the second.

    Between each pair a letter is put, where it lands on a copy: behind the first, and before the
    second only if that comes later. The letter is alive, so its index is less in that case alone.

    Raises:
        TooLarge: too many are asked for at once.
    """
    if len(pairs) * len(document) > MAX_WORK:
        raise TooLarge("too many places where people wrote at once; send it in smaller parts")
    copy: Doc[Any] = Doc()
    copy.apply_update(document)
    copy.apply_update(update)
    vector = copy.get_state()
    writer = _unused(parse_state_vector(vector))
    copy.apply_update(_letters(writer, pairs))
    living = _living(copy.get_update(vector))
    with copy.transaction() as transaction:
        return all(
            _index((writer, number), transaction) < _index(right, transaction)
            for number, (_, right) in enumerate(pairs)
            if number in living  # elsewhere the list was deleted, and its order with it
        )


def _living(letters: bytes) -> set[int]:
    """The clocks of the letters that were not deleted as they came, with all around them."""
    return {
        clock
        for section in parse_update(letters).sections
        for block in section.blocks
        if block.content is Content.STRING
        for clock in range(block.clock, block.clock + block.length)
    }


def _unused(clients: Collection[int]) -> int:
    return next(client for client in count(1) if client not in clients)


def _letters(writer: int, pairs: list[tuple[Id, Id]]) -> bytes:
    head = b"\x01" + varuint(len(pairs)) + varuint(writer) + b"\x00"
    info = bytes((0xC0 | Content.STRING,))
    ids = (b"".join(varuint(number) for unit in pair for number in unit) for pair in pairs)
    return head + b"".join(info + units + b"\x01?" for units in ids) + b"\x00"


def _index(unit: Id, transaction: Any) -> int:
    client, clock = unit
    position = {"item": {"client": client, "clock": clock}, "assoc": 0}
    return StickyIndex.from_json(position).get_index(transaction)
