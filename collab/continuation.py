"""Typing that goes on: the next keystroke of somebody who types letter after letter.

Such an update differs from the one before it in two clocks and the letters. Once one of them has
been read and found sound, what the next one begins with is known to the byte, so it is compared
instead of read. What compares equal means what `collab.update` would read there, in the place that
`collab.guard` found for the one before it: property tests hold it to both.
"""

from collab.structs import MAX_CLOCK, Content, Id, ParsedUpdate
from collab.varint import varuint

_MAX_LENGTH = 0x7F  # of the letters, so that their count is one byte
_ONE_BLOCK = b"\x01\x01"  # one client with one block
_AFTER, _BETWEEN = b"\x84", b"\xc4"  # text after a unit; between two
_NOTHING_DELETED = 0


class Continuation:
    """What one client's next keystroke begins with; `clock` is where it will be."""

    __slots__ = ("_opening", "_origin", "_right", "client", "clock")

    def __init__(self, client: int, clock: int, right: Id | None) -> None:
        """Goes on after the unit before `clock`, which was put before `right`."""
        name = varuint(client)
        self.client = client
        self.clock = clock
        self._opening = _ONE_BLOCK + name
        self._origin = (_AFTER if right is None else _BETWEEN) + name
        self._right = b"" if right is None else varuint(right[0]) + varuint(right[1])

    def length_of(self, data: bytes) -> int:
        """How many letters an update adds there; 0: it does something else."""
        clock = self.clock
        head = b"".join(
            (self._opening, varuint(clock), self._origin, varuint(clock - 1), self._right)
        )
        start = len(head)
        length = len(data) - start - 2  # without their count, and what is deleted
        if (
            0 < length <= _MAX_LENGTH
            and data.startswith(head)
            and data[start] == length
            and data[-1] == _NOTHING_DELETED
            and data[start + 1 :].isascii()
            and clock + length <= MAX_CLOCK
        ):
            return length
        return 0


def continuation(update: ParsedUpdate) -> Continuation | None:
    """How the typing of an update would go on; None: it is something else than typing."""
    if update.deletions or len(update.sections) != 1:
        return None
    (section,) = update.sections
    if len(section.blocks) != 1 or section.blocks[0].content is not Content.STRING:
        return None
    return Continuation(section.client, section.end, section.blocks[0].right)
