"""The one wrapper of pycrdt's Doc: a room's files and settings, and safe application of updates.

pycrdt counts text in UTF-8 bytes, yjs in UTF-16 units; this module is the only place that converts.
"""

import secrets
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager

from pycrdt import Map, Text, TransactionEvent, get_update

from collab.anchors import Line, lines_of
from collab.breakpoints import (
    Breakpoint,
    FunctionBreakpoint,
    Watch,
    read_breakpoints,
    read_function_breakpoints,
    read_watches,
)
from collab.continuation import Continuation
from collab.errors import DocumentDamaged, PoisonedUpdate, is_from_pycrdt
from collab.files import File, entries, path_and_text, plain, read_files, text_hash
from collab.guard import Guard
from collab.loading import apply_update, load
from collab.order import are_in_order
from collab.ranges import are_within
from collab.rewriting import write_anew
from collab.structs import Content, Id, ParsedUpdate
from collab.text_edits import rewrite
from collab.update import encode_state_vector, parse_in_full, parse_state_vector, parse_update

EMPTY_STATE_VECTOR = b"\x00"
EMPTY_UPDATE = b"\x00\x00"


class Document:
    """A room's Yjs document; `guard` knows what is in it."""

    def __init__(self, updates: Sequence[bytes] = ()) -> None:
        self._doc = load(updates)
        self.guard = Guard(parse_state_vector(self._doc.get_state()), self)
        self._encoded: bytes | None = None

    def check(self, data: bytes, update: ParsedUpdate) -> None:
        """Lets an update pass; `update` is `data`, parsed.

        Raises:
            UpdateGap: it rests on content that is not here.
            PoisonedUpdate: no editor of this document can have sent it.
            TooLarge: to find out takes too much.
        """
        doubts = self.guard.check(update)
        if doubts and not are_in_order(self.encoded(), data, doubts):
            raise PoisonedUpdate("content between units in the wrong order")

    def trimmed(self, data: bytes, update: ParsedUpdate) -> tuple[bytes, ParsedUpdate]:
        """An update without the content that is here already; `update` is `data`, parsed.

        Others may be given it merged with what it repeats, and must not take its version of that.

        Raises:
            PoisonedUpdate: what it repeats is not what is here.
        """
        clocks = self.guard.clocks
        if all(section.start >= clocks.get(section.client, 0) for section in update.sections):
            return data, update
        self.guard.check_repeats(update)
        try:
            data = get_update(data, self.state_vector())
        except BaseException as error:
            if not is_from_pycrdt(error):
                raise
            raise PoisonedUpdate("the update can't be trimmed") from error
        return data, parse_update(data)

    def apply(self, data: bytes, update: ParsedUpdate, *, is_news: bool) -> bool:
        """Applies an update that the guard let pass; `update` is `data`, parsed.

        `is_news` says that it brings content; deletions may be known, as those in an answer to a
        sync mostly are. Returns whether anything has changed.

        Raises:
            PoisonedUpdate: pycrdt refused it; the document is as it was before.
            DocumentDamaged: it is not, and must be loaded again.
        """
        changed = self._apply(data, watch=not is_news)
        if changed:
            self._encoded = None
        self.guard.advance(update)
        return changed

    def apply_typing(self, data: bytes, typing: Continuation, length: int) -> None:
        """Applies an update by which typing goes on, as the guard allows. Raises as `apply`."""
        self._apply(data, watch=False)
        self._encoded = None
        self.guard.advance_typing(typing, length)

    @contextmanager
    def edit(self, deliver: Callable[[bytes], None]) -> Iterator[None]:
        """Collects the server's own changes made inside into one update for `deliver`."""
        updates: list[bytes] = []

        def collect(event: TransactionEvent) -> None:
            updates.append(event.update)

        subscription = self._doc.observe(collect)
        try:
            with self._doc.transaction():
                yield
        finally:
            self._doc.unobserve(subscription)
        for update in updates:
            self._encoded = None
            self.guard.advance(parse_update(update))
            deliver(update)

    def is_collected(self, unit: Id) -> bool:
        """Whether a unit is in a type that was deleted, and collected with it. Raises as `diff`."""
        client, clock = unit
        clocks = {**parse_state_vector(self.state_vector()), client: clock}
        tail = parse_in_full(self._encode(encode_state_vector(clocks)), max_blocks=None)
        return any(
            section.client == client and section.blocks[0].content is Content.GC
            for section in tail.sections
        )

    def encoded(self) -> bytes:
        """The whole document as one update; kept until the next change. Raises as `diff`."""
        if self._encoded is None:
            self._encoded = self._encode(EMPTY_STATE_VECTOR)
        return self._encoded

    def diff(self, state_vector: bytes) -> bytes:
        """One update with all that a replica with this state vector lacks.

        Raises:
            BadFrame: the state vector is malformed.
            DocumentDamaged: the document can't be read any more.
        """
        if not parse_state_vector(state_vector):
            return self.encoded()
        return self._encode(state_vector)

    def is_known(self, update: ParsedUpdate) -> bool:
        """Whether an update whose content is here brings nothing else; bare deletions count as new.

        They are mostly, and applying them is cheaper than to look.
        """
        if not update.sections:
            return not update.deletions
        return self.has_deleted(update.deletions)

    def has_deleted(self, ranges: Sequence[tuple[int, int, int]]) -> bool:
        """Whether all of these (client, clock, length) are deleted already."""
        if not ranges:
            return True
        known = parse_update(self._encode(self.state_vector())).deletions
        return are_within(ranges, known)

    def state_vector(self) -> bytes:
        """What this replica has."""
        return self._doc.get_state()

    def files(self) -> list[File]:
        """The workspace, sorted by path; entries of a foreign shape are passed over."""
        return read_files(self._files())

    def write_file(self, path: str, text: str) -> File:
        """Makes the file read `text` by the smallest edits, or creates it; use within `edit`."""
        text = text.replace("\r\n", "\n").replace("\r", "\n")
        for file_id, entry in entries(self._files()):
            known_path, known_text = path_and_text(entry)
            if known_path == path and known_text is not None:
                rewrite(known_text, text)
                return File(file_id, path, text)
        file_id = secrets.token_hex(8)
        self._files()[file_id] = Map({"path": path, "text": Text(text)})
        return File(file_id, path, text)

    def delete_file(self, path: str) -> bool:
        """Removes every file of that path; whether there was one. Use within `edit`."""
        files = self._files()
        found = [file_id for file_id, entry in entries(files) if path_and_text(entry)[0] == path]
        for file_id in found:
            del files[file_id]
        return bool(found)

    def breakpoints(self) -> list[Breakpoint]:
        """The room's breakpoints on lines, sorted by id."""
        return read_breakpoints(self._doc)

    def function_breakpoints(self) -> list[FunctionBreakpoint]:
        """The room's breakpoints on functions, sorted by id."""
        return read_function_breakpoints(self._doc)

    def watches(self) -> list[Watch]:
        """What the room watches, in its order."""
        return read_watches(self._doc)

    def lines_of(self, anchors: Collection[Id]) -> dict[Id, Line]:
        """On which lines these characters are. Raises as `diff`."""
        return lines_of(self.encoded(), anchors)

    def settings(self) -> dict[str, object]:
        """The plain values of the room's settings; shared types within them are passed over."""
        return plain(self._settings())

    def configurations(self) -> dict[str, dict[str, object]]:
        """The plain values of the room's named run configurations, by id."""
        found: Map[object] = self._doc.get("configurations", type=Map)
        return {key: plain(entry) for key, entry in entries(found) if isinstance(entry, Map)}

    def set_setting(self, key: str, value: str) -> None:
        """Changes one setting; use within `edit`."""
        self._settings()[key] = value

    def written_anew(self) -> bytes:
        """A document that shows the same and descends from nothing, as an update.

        Raises:
            NotRenewable: not everything in it can be carried over.
        """
        return write_anew(self._doc)

    def text_hash(self) -> str:
        """SHA-256, in hex, over path, NUL, text, NUL of every file, sorted by path (UTF-8)."""
        return text_hash(self.files())

    def _apply(self, data: bytes, *, watch: bool) -> bool:
        """Hands an update to pycrdt; whether it changed anything is only known if watched."""
        doc = self._doc
        events: list[TransactionEvent] = []
        subscription = doc.observe(events.append) if watch else None
        try:
            apply_update(doc, data)
        except BaseException as error:
            if not is_from_pycrdt(error):
                raise
            self._restore()
            raise PoisonedUpdate("the update can't be applied") from error
        finally:
            if subscription is not None:
                doc.unobserve(subscription)
        return bool(events) or not watch

    def _encode(self, state_vector: bytes) -> bytes:
        try:
            return self._doc.get_update(state_vector)
        except BaseException as error:
            if not is_from_pycrdt(error):
                raise
            raise DocumentDamaged("the document can't be read any more") from error

    def _files(self) -> Map[object]:
        files: Map[object] = self._doc.get("files", type=Map)
        return files

    def _settings(self) -> Map[object]:
        settings: Map[object] = self._doc.get("settings", type=Map)
        return settings

    def _restore(self) -> None:
        """Replaces a Doc that panicked by a copy, if the copy proves to be what it was before."""
        try:
            copy = load([self._doc.get_update()])
            clocks = parse_state_vector(copy.get_state())
        except BaseException as error:
            if not is_from_pycrdt(error):
                raise
            raise DocumentDamaged("the document can't be read any more") from error
        if clocks != self.guard.clocks:
            raise DocumentDamaged("a refused update was applied in part")
        self._doc = copy
        self._encoded = None
