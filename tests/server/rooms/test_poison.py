"""Poison over real sockets: it costs its sender only, and a restart brings nothing of it back."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from anyio import to_thread
from pycrdt import Doc, Text

from collab.document import Document
from collab.errors import CloseCode, PoisonedUpdate
from collab.protocol import MessageType, SyncType, saved, sync_step_1, sync_step_2, sync_update
from collab.update import parse_state_vector, parse_update
from collab.varint import Reader
from tests.collab.acceptance import accept
from tests.collab.poison import HARMFUL, POISON, STATE_VECTORS, honest_document
from tests.live import LiveRoom, LiveServer, Member
from tests.socket_client import SocketClient, joined

EMPTY_STATE_VECTOR = b"\x00"


class Reading:
    """A Yjs client that takes all that it is sent."""

    def __init__(self, client: SocketClient) -> None:
        self.doc: Doc[Any] = Doc()
        self._client = client
        client.on_frame = self._take

    async def send(self, *messages: bytes) -> None:
        """Sends messages, and returns when the server has saved what came before."""
        number = len(self._client.saved) + 1
        for message in (*messages, saved(number)):
            await self._client.connection.send(message)
        await self._client.until(lambda: number in self._client.saved)

    def typed(self, words: str) -> bytes:
        before = self.doc.get_state()
        self.doc.get("words", type=Text).insert(0, words)
        return self.doc.get_update(before)

    def _take(self, frame: bytes) -> None:
        reader = Reader(frame)
        if reader.varuint() == MessageType.SYNC and reader.varuint() != SyncType.STEP_1:
            self.doc.apply_update(reader.block())


@dataclass
class Case:
    """A room with the honest document that is offered poison, and what must be in it: all else."""

    room: LiveRoom
    mallory: Member
    expected: Document

    async def offer(self, updates: list[bytes], name: str, *, as_answer: bool) -> None:
        """Has an editor send updates of which one is poison, while another is here."""
        with pytest.raises(PoisonedUpdate):
            accept_all(self.expected, updates)
        message = sync_step_2 if as_answer else sync_update
        async with joined(self.room, self.room.owner) as there:
            reading = Reading(there)
            await reading.send(sync_step_1(EMPTY_STATE_VECTOR))
            async with joined(self.room, self.mallory) as here:
                for update in updates:
                    await here.connection.send(message(update))
                assert await here.close_code() == CloseCode.POISONED_UPDATE, name
            await self._edit(name)
            await there.until(lambda: name in str(reading.doc.get("words", type=Text)))
            assert contents(reading.doc.get_update()) == contents(self.expected.encoded()), name

    async def _edit(self, words: str) -> None:
        async with joined(self.room, self.room.owner) as writer:
            reading = Reading(writer)
            await reading.send(sync_step_1(EMPTY_STATE_VECTOR))
            edit = reading.typed(words)
            await reading.send(sync_update(edit))
            accept(self.expected, edit)

    async def stored(self) -> bytes:
        """What somebody is given who comes now."""
        async with joined(self.room, self.room.owner) as client:
            reading = Reading(client)
            await reading.send(sync_step_1(EMPTY_STATE_VECTOR))
            return reading.doc.get_update()


def accept_all(document: Document, updates: list[bytes]) -> None:
    for update in updates:
        accept(document, update)


def contents(update: bytes) -> object:
    """What tells apart documents that differ in anything."""
    doc: Doc[Any] = Doc()
    doc.apply_update(update)
    deleted = sorted(parse_update(doc.get_update(doc.get_state())).deletions)
    return parse_state_vector(doc.get_state()), deleted, Document([update]).text_hash()


async def begun(server: LiveServer) -> Case:
    room = await to_thread.run_sync(server.create_room)
    async with joined(room, room.owner) as owner:
        reading = Reading(owner)
        await reading.send(sync_step_1(EMPTY_STATE_VECTOR))
        await reading.send(*map(sync_update, honest_document()))
        expected = Document([reading.doc.get_update(), *honest_document()])
    return Case(room, await to_thread.run_sync(room.join, "Mallory"), expected)


async def test_poison_costs_its_sender_only_and_is_not_kept(tmp_path: Path) -> None:
    with LiveServer(tmp_path) as server:
        cases = [case := await begun(server)]
        for number, (name, update) in enumerate(POISON.items()):
            await case.offer([update], name, as_answer=number % 2 == 1)
        for number, (name, updates) in enumerate(HARMFUL.items()):
            cases.append(case := await begun(server))
            await case.offer([*map(bytes.fromhex, updates)], name, as_answer=number % 2 == 1)
        await to_thread.run_sync(server.restart)
        for case in cases:
            assert contents(await case.stored()) == contents(case.expected.encoded())


async def test_a_forged_state_vector_costs_its_sender_only(live_server: LiveServer) -> None:
    room = await to_thread.run_sync(live_server.create_room)
    member = await to_thread.run_sync(room.join, "Mallory")
    async with joined(room, room.owner) as witness:
        reading = Reading(witness)
        for name, vector in STATE_VECTORS.items():
            async with joined(room, member) as mallory:
                await mallory.connection.send(sync_step_1(vector))
                assert await mallory.close_code() == CloseCode.BAD_FRAME, name
            await reading.send(sync_update(reading.typed(name)))
