"""Peers that stall and servers that stop, over real sockets."""

import asyncio
from functools import partial
from pathlib import Path

import httpx2
from pycrdt import Doc, Text

from collab import protocol
from collab.errors import CloseCode
from tests.live import LiveRoom, LiveServer
from tests.socket_client import SocketClient, joined

STEP_2 = bytes((protocol.MessageType.SYNC, protocol.SyncType.STEP_2))
FLOOD = "import sys\nfor _ in range(1 << 14): sys.stdout.write('x' * 63 + '\\n')\n"


class Writer:
    """Types into the root text `notes` through a socket."""

    def __init__(self, client: SocketClient) -> None:
        self.doc: Doc[Text] = Doc()
        self.text = self.doc.get("notes", type=Text)
        self._client = client
        self._barriers = 0

    async def type(self, words: str) -> None:
        before = self.doc.get_state()
        self.text.insert(len(self.text), words)
        await self._client.connection.send(protocol.sync_update(self.doc.get_update(before)))

    async def saved(self) -> None:
        """Returns once all that was typed is durable."""
        self._barriers += 1
        await self._client.connection.send(protocol.saved(self._barriers))
        await self._client.until(lambda: self._barriers in self._client.saved)


async def notes(room: LiveRoom) -> str:
    """What a newcomer reads."""
    doc: Doc[Text] = Doc()
    async with joined(room, room.owner) as client:
        await client.connection.send(protocol.sync_step_1(doc.get_state()))
        await client.until(lambda: client.last_frame[:2] == STEP_2)
        answer = protocol.decode(client.last_frame)
        assert isinstance(answer, protocol.SyncStep2)
        doc.apply_update(answer.update)
        return str(doc.get("notes", type=Text))


def sockets(server: LiveServer) -> float:
    lines = httpx2.get(f"{server.url}/metrics").text.splitlines()
    return next(float(line.split()[1]) for line in lines if line.startswith("codlab_sockets "))


async def test_a_stopping_server_tells_everybody_and_loses_nothing(tmp_path: Path) -> None:
    with LiveServer(tmp_path) as server:
        room = server.create_room()
        async with joined(room, room.owner) as ada, joined(room, room.join("Bob")) as bob:
            writer = Writer(ada)
            for number in range(200):
                await writer.type(f"{number} ")
            await writer.saved()
            await writer.type("and the last words")
            # The other has them, so the server does; nobody has been told that they are durable.
            await bob.until(lambda: b"last words" in bob.last_frame)
            await asyncio.to_thread(server.stop)
            assert await ada.close_code() == CloseCode.RESTARTING
            assert await bob.close_code() == CloseCode.RESTARTING
        server.start()
        assert await notes(room) == str(writer.text)


async def test_a_client_that_stops_reading_costs_itself_only(tmp_path: Path) -> None:
    limits = {"CODLAB_OUTBOX_BYTES": "262144"}
    with LiveServer(tmp_path, settings=limits) as server:
        room = server.create_room(files=[{"path": "main.py", "text": FLOOD}])
        async with joined(room, room.owner) as ada, joined(room, room.join("Stan")) as stalled:
            stalled.connection.transport.pause_reading()
            before = server.memory_bytes()
            writer = Writer(ada)
            for _ in range(200):
                await writer.type("x" * 40_000)
                await writer.saved()
            assert server.memory_bytes() - before < 64 << 20, "updates are held back, not piled up"
            for number in range(1, 4):
                await ada.command("run.start")
                await ada.until(partial(finished, ada, number))
            while sockets(server) > 1:
                await ada.command("run.resize", run=1, cols=80, rows=24)
        assert stalled.connection.close_code in {None, 1006, CloseCode.SLOW_CONSUMER}


def finished(client: SocketClient, number: int) -> bool:
    return any(
        event["type"] == "run.finished" and event["run"]["number"] == number
        for event in client.events
    )
