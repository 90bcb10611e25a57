"""A snapshot replaces a log only if it loads as the same document."""

import sys

import pytest

from collab import proof
from collab.document import Document
from collab.errors import DocumentDamaged
from collab.hub import Hub
from collab.proof import Fingerprint, ProofFailed, fingerprint, prove
from collab.room import Room
from tests.collab.memory_store import MemoryStore
from tests.collab.peers import Visitors, person

SIZES = pytest.mark.parametrize("size", [100, 2 * proof.PROVEN_HERE_BYTES])


def document(size: int) -> Document:
    made = Document()
    with made.edit(lambda _: None):
        made.write_file("main.py", "ü" * (size // 2))
    return made


@SIZES
async def test_a_sound_snapshot_is_proven(size: int) -> None:
    made = document(size)
    await prove(made.encoded(), fingerprint(made))


@SIZES
async def test_another_document_is_no_proof(size: int) -> None:
    with pytest.raises(DocumentDamaged):
        await prove(document(size).encoded(), fingerprint(document(size)))


@SIZES
async def test_what_does_not_load_is_no_proof(size: int) -> None:
    with pytest.raises(DocumentDamaged):
        await prove(document(size).encoded()[:-5], Fingerprint({}, ""))


async def test_a_process_that_fails_proves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    made = document(2 * proof.PROVEN_HERE_BYTES)
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with pytest.raises((ProofFailed, ConnectionError)):
        await prove(made.encoded(), fingerprint(made))


async def test_a_room_that_a_snapshot_would_change_is_kept_as_its_log(
    hub: Hub, store: MemoryStore, room: Room, visitors: Visitors, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada = visitors.join(room, person("Ada"))
    ada.type("precious")
    await ada.until(lambda: ada.events)
    monkeypatch.setattr(Document, "encoded", lambda _: document(100).diff(b"\x00\x00"))
    visitors.all_leave()
    await hub.drain()
    monkeypatch.undo()
    assert "room" not in store.snapshots
    stored = await store.load("room")
    assert stored is not None
    assert Document(stored.updates).guard.clocks == room.document.guard.clocks
