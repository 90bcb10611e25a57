"""Updates that decode and yet are hostile, made at random: plausible structure, hostile values.

What passes the scanner and the guard is given to a document, and the document is held to what it
promises: it can be read, encoded, loaded again as the same and replayed from its log; stock yjs
clients read the same as it does, whichever way it came to them.
"""

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from pycrdt import Doc, Text, merge_updates

from collab.document import Document
from collab.errors import CollabError, DocumentDamaged
from collab.varint import block, varuint
from tests.collab.acceptance import accept
from tests.collab.poison import honest_document
from tests.interop.yjs_oracle import YjsOracle

ROOTS = ("files", "settings", "breakpoints", "watches", "text", "x", "")
KEYS = ("path", "text", "entry", "f1", "k", "")
CLIENTS = (1, 2, 3, 4, 2**32 - 1, 2**32, 2**53 - 1)
STRINGS = ("", "a", "ab\n", "é", "😀", "a😀b", "\0", "\ufffd", "x" * 40)
JSON_VALUES = (
    "null",
    "undefined",
    "1",
    '"s"',
    "{}",
    "[[1]]",
    '{"__proto__":{"a":1}}',
    "1e999",
    '"\\ud83d"',
)

Id = tuple[int, int]


class Forger:
    """Makes updates that fit clocks, mostly; `rng` decides everything."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng

    def update(self, clocks: Mapping[int, int]) -> bytes:
        """One update for a document with these clocks."""
        rng = self._rng
        clients = rng.sample(CLIENTS, rng.choice((0, 1, 1, 1, 1, 2, 3)))
        ahead = dict(clocks)
        sections = [self._section(client, ahead) for client in clients]
        return varuint(len(sections)) + b"".join(sections) + self._deletions(ahead)

    def _section(self, client: int, clocks: dict[int, int]) -> bytes:
        rng = self._rng
        clock = clocks.get(client, 0)
        clock = max(0, clock + rng.choice((0,) * 12 + (-1, -3, 1)))
        count = rng.choice((1, 1, 1, 2, 3, 5))
        head = varuint(count) + varuint(client) + varuint(clock)
        blocks = []
        for _ in range(count):
            encoded, length = self._block(clocks, (client, clock))
            blocks.append(encoded)
            clock += length
            clocks[client] = max(clock, clocks.get(client, 0))
        return head + b"".join(blocks)

    def _block(self, clocks: Mapping[int, int], own: Id) -> tuple[bytes, int]:
        rng = self._rng
        kind = rng.choice((0, 1, 2, 3, 4, 4, 4, 4, 5, 6, 6, 7, 7, 7, 8, 8, 9))
        if kind == 0:
            length = self._length()
            return b"\x00" + varuint(length), length
        flags, references = 0, b""
        if rng.random() < 0.6:
            flags |= 0x80
            references += self._id(clocks, own)
        if rng.random() < 0.5:
            flags |= 0x40
            references += self._id(clocks, own)
        if rng.random() < 0.35:
            flags |= 0x20
        if not flags & 0xC0:
            references += self._parent(clocks, own)
            if flags & 0x20:
                references += block(rng.choice(KEYS).encode())
        content, length = self._content(kind)
        return bytes((flags | kind,)) + references + content, length

    def _parent(self, clocks: Mapping[int, int], own: Id) -> bytes:
        if self._rng.random() < 0.6:
            return b"\x01" + block(self._rng.choice(ROOTS).encode())
        return b"\x00" + self._id(clocks, own)

    def _id(self, clocks: Mapping[int, int], own: Id) -> bytes:
        rng = self._rng
        known = [(client, clock) for client, clock in clocks.items() if clock]
        if not known or rng.random() < 0.03:
            return varuint(rng.choice(CLIENTS)) + varuint(rng.randrange(40))
        if rng.random() < 0.3 and own[1]:
            return varuint(own[0]) + varuint(own[1] - 1)
        client, clock = rng.choice(known)
        return varuint(client) + varuint(rng.randrange(min(clock, 10_000)))

    def _length(self) -> int:
        return self._rng.choice((1, 1, 2, 3, 7, 100, 2**16, 2**30))

    def _content(self, kind: int) -> tuple[bytes, int]:
        make: dict[int, Callable[[], tuple[bytes, int]]] = {
            1: self._deleted,
            2: lambda: self._several(lambda: block(self._rng.choice(JSON_VALUES).encode())),
            3: lambda: (block(self._rng.randbytes(3)), 1),
            4: self._string,
            5: lambda: (block(self._rng.choice(JSON_VALUES).encode()), 1),
            6: lambda: (block(b"bold") + block(self._rng.choice(JSON_VALUES).encode()), 1),
            7: self._type,
            8: lambda: self._several(self._any),
            9: lambda: (block(b"guid") + self._any(), 1),
        }
        return make[kind]()

    def _deleted(self) -> tuple[bytes, int]:
        length = self._length()
        return varuint(length), length

    def _string(self) -> tuple[bytes, int]:
        text = self._rng.choice(STRINGS[1:] if self._rng.random() < 0.98 else STRINGS)
        return block(text.encode()), len(text.encode("utf-16-le")) // 2

    def _several(self, make: Callable[[], bytes]) -> tuple[bytes, int]:
        count = self._rng.choice((1, 1, 2, 3))
        return varuint(count) + b"".join(make() for _ in range(count)), count

    def _type(self) -> tuple[bytes, int]:
        kind = self._rng.choice((0, 1, 1, 2, 2, 3, 4, 5, 6, 7))
        name = block(self._rng.choice(("p", "", "a b")).encode()) if kind in (3, 5) else b""
        return bytes((kind,)) + name, 1

    def _any(self, depth: int = 0) -> bytes:
        rng = self._rng
        choice = rng.randrange(9 if depth < 4 else 7)
        if choice < 4:
            return bytes((rng.choice((0x7F, 0x7E, 0x78, 0x79)),))
        if choice == 4:
            return b"\x7d" + rng.choice((b"\x00", b"\x41", b"\xff\xff\xff\xff\x1f", b"\x40"))
        if choice == 5:
            tag, size = rng.choice(((0x7C, 4), (0x7B, 8), (0x7A, 8)))
            return bytes((tag,)) + rng.choice((bytes(size), b"\xff" * size, rng.randbytes(size)))
        if choice == 6:
            return b"\x77" + block(rng.choice(STRINGS).encode())
        count = rng.randrange(3)
        if choice == 7:
            return b"\x75" + varuint(count) + b"".join(self._any(depth + 1) for _ in range(count))
        items = (block(rng.choice(KEYS).encode()) + self._any(depth + 1) for _ in range(count))
        return b"\x76" + varuint(count) + b"".join(items)

    def _deletions(self, clocks: Mapping[int, int]) -> bytes:
        rng = self._rng
        if rng.random() < 0.5 or not clocks:
            return b"\x00"
        clients = rng.sample(sorted(clocks), rng.randint(1, min(2, len(clocks))))
        parts = [varuint(len(clients))]
        for client in clients:
            count = rng.choice((1, 1, 2, 3))
            parts.append(varuint(client) + varuint(count))
            for _ in range(count):
                start = rng.randrange(min(clocks[client], 10_000) + 1)
                parts.append(varuint(start) + varuint(rng.choice((1, 1, 2, 5, 100))))
        return b"".join(parts)


@dataclass
class Trial:
    """A document that takes forged updates; `taken` are those it took."""

    base: list[bytes] = field(default_factory=honest_document)
    taken: list[bytes] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.document = Document(self.base)

    def offer(self, update: bytes) -> str:
        """Offers an update; returns how it was received.

        Raises:
            Harm: the document took it and does not keep its promises since, or had to be given up.
        """
        try:
            taken = accept(self.document, update)
        except DocumentDamaged:
            raise Harm("the room must be loaded again") from None
        except CollabError as refusal:
            by_pycrdt = refusal.__context__ is not None and not refusal.__suppress_context__
            return "refused by pycrdt" if by_pycrdt else type(refusal).__name__
        if taken is None:
            return "no news"
        self.taken.append(taken)
        try:
            self._hold_to_its_promises()
        except (Harm, KeyboardInterrupt):
            raise
        except BaseException as error:  # a panic of pycrdt is no Exception
            raise Harm(f"{type(error).__name__}: {error}") from error
        return "taken"

    def _hold_to_its_promises(self) -> None:
        document = self.document
        document.settings()
        for name, updates in (
            ("loaded from its encoded state", [document.encoded()]),
            ("replayed from its log", [*self.base, *self.taken]),
        ):
            copy = Document(updates)
            if copy.text_hash() != document.text_hash():
                raise Harm(f"another text when {name}")
            if copy.guard.clocks != document.guard.clocks:
                raise Harm(f"other clocks when {name}")

    def hold_to_yjs(self, yjs: YjsOracle) -> None:
        """Compares what yjs clients read with each other and with the server.

        Raises:
            Harm: they read different documents, or throw.
        """
        try:
            merged = [*self.base, merge_updates(*self.taken)] if self.taken else self.base
            seen = yjs.witness([*self.base, *self.taken], merged, self.document.encoded())
        except RuntimeError as error:
            raise Harm(f"yjs throws: {error}") from error
        for views in (seen.apart, seen.together):
            if len(set(views)) > 1:
                raise Harm(f"yjs clients read different documents: {views}")
        here = [(file.path, file.text) for file in self.document.files()]
        if sorted(here) != seen.files:
            raise Harm(f"files {here} here, {seen.files} in yjs")
        copy: Doc[Any] = Doc()
        for update in (*self.base, *self.taken):
            copy.apply_update(update)
        text = str(copy.get("text", type=Text))
        if text != seen.text:
            raise Harm(f"text {text!r} here, {seen.text!r} in yjs")


class Harm(Exception):
    """An update was taken that should not have been."""
