"""Edits that split a character into its two UTF-16 halves: the bytes, and what comes of them.

yjs replaces each half by U+FFFD, in every replica and in what it encodes from then on; yrs keeps
the pair on one side and the other's place empty. So a server that lets such an update pass shows
another text than its clients do, and its encoded state is short: text after the pair is lost when
it is loaded. All edit `TEXT` (root text `text`, written by client 1) as client 2.
"""

from dataclasses import dataclass

TEXT = "a😀b😀c"
BASE = bytes.fromhex("01010100040104746578740b61f09f988062f09f98806300")
AUTHOR, EDITOR = 1, 2

BOLD = {"bold": True}


@dataclass(frozen=True, slots=True)
class Split:
    """An edit by UTF-16 units, and the texts that it leads to."""

    name: str
    edits: list[list[object]]
    """[at, delete count, insert] or [at, count, attributes]."""
    hex: list[str]
    """The updates that yjs sends, one per edit or part of it."""
    yjs: str
    pycrdt: str
    pycrdt_reloaded: str
    """After loading what pycrdt encodes."""

    @property
    def updates(self) -> list[bytes]:
        """What yjs sends."""
        return [bytes.fromhex(update) for update in self.hex]


SPLITS = [
    Split("deletes the low half", [[2, 1, ""]], ["000101010201"], "a�b😀c", "a😀😀c", "a😀😀c"),
    Split("deletes the high half", [[1, 1, ""]], ["000101010101"], "a�b😀c", "ab😀c", "ab😀c"),
    Split(
        "deletes one half, then the other",
        [[1, 1, ""], [1, 1, ""]],
        ["000101010101", "000101010201"],
        "ab😀c",
        "a😀c",
        "a😀c",
    ),
    Split("deletes up to the middle", [[0, 2, ""]], ["000101010002"], "�b😀c", "b😀c", "b😀c"),
    Split("deletes from the middle", [[2, 3, ""]], ["000101010203"], "a��c", "a😀c", "a😀c"),
    Split(
        "inserts between the halves",
        [[2, 0, "x"]],
        ["01010200c401010102017800"],
        "a�x�b😀c",
        "a😀xb😀c",
        "a😀b😀cx",
    ),
    Split(
        "replaces the low half, as a minimal diff of 😀 to 😁 does",
        [[2, 1, "\ude01"]],
        ["000101010201", "01010200c40102010303efbfbd00"],
        "a��b😀c",
        "a😀�😀c",
        "a😀😀c�",
    ),
    Split(
        "formats the high half",
        [[1, 1, BOLD]],
        ["01020200c60100010104626f6c640474727565c60101010204626f6c64046e756c6c00"],
        "a��b😀c",
        "a😀b😀c",
        "a😀b😀c",
    ),
    Split(
        "formats the low half",
        [[2, 1, BOLD]],
        ["01020200c60101010204626f6c640474727565c60102010304626f6c64046e756c6c00"],
        "a��b😀c",
        "a😀b😀c",
        "a😀b😀c",
    ),
]

# A lone half travels as U+FFFD: all agree but its author, who sees the half until it reloads.
LONE_HALVES = [
    Split(
        "inserts a lone high half",
        [[1, 0, "\ud83d"]],
        ["01010200c40100010103efbfbd00"],
        "a�😀b😀c",
        "a�😀b😀c",
        "a�😀b😀c",
    ),
    Split(
        "inserts a lone low half",
        [[1, 0, "\ude00"]],
        ["01010200c40100010103efbfbd00"],
        "a�😀b😀c",
        "a�😀b😀c",
        "a�😀b😀c",
    ),
    Split(
        "types two halves one after the other",
        [[1, 0, "\ud83d"], [2, 0, "\ude02"]],
        ["01010200c40100010103efbfbd00", "01010201c40200010103efbfbd00"],
        "a��😀b😀c",
        "a��😀b😀c",
        "a��😀b😀c",
    ),
]
