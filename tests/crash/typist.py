"""A client that types and deletes tokens through a room's socket until the server is gone."""

import asyncio
import random
import time
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from pycrdt import Doc, Map, Text, TransactionEvent
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

from collab import protocol
from collab.varint import Reader
from tests.crash.ledger import TOKEN, Ledger, make_token
from tests.live import LiveRoom, Member

PATH = "tokens.txt"


@dataclass
class Replica:
    """A Yjs document at the end of a room's socket."""

    socket: ClientConnection
    doc: Doc[Any] = field(default_factory=Doc)
    synced: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def text(self) -> Text:
        """The text that everybody types into."""
        for file in self.doc.get("files", type=Map).values():
            if file["path"] == PATH:
                text: Text = file["text"]
                return text
        raise LookupError(PATH)

    async def ask(self) -> None:
        """Asks for all that the server has."""
        await self.socket.send(protocol.sync_step_1(self.doc.get_state()))

    async def take(self, frame: bytes | str) -> int | None:
        """Takes a frame; returns the number of an answered save barrier."""
        assert isinstance(frame, bytes)
        reader = Reader(frame)
        match reader.varuint():
            case protocol.MessageType.SYNC:
                await self._take_sync(reader.varuint(), reader.block())
            case protocol.MessageType.SAVED:
                return reader.varuint()
            case _:
                pass
        return None

    async def _take_sync(self, kind: int, data: bytes) -> None:
        if kind == protocol.SyncType.STEP_1:
            await self.socket.send(protocol.sync_step_2(self.doc.get_update(data)))
            return
        self.doc.apply_update(data)
        if kind == protocol.SyncType.STEP_2:
            self.synced.set()


def open_socket(room: LiveRoom, member: Member) -> connect:
    """The room's socket with the protocol's own messages."""
    protocols = (protocol.SUBPROTOCOL, f"codlab.bearer.{member.access_token}")
    return connect(
        room.socket_url,
        subprotocols=[Subprotocol(name) for name in protocols],
        max_size=None,
        compression=None,
        ping_interval=None,
    )


async def read_text(room: LiveRoom, member: Member) -> str:
    """The text as a fresh client gets it."""
    async with open_socket(room, member) as socket:
        replica = Replica(socket)
        await replica.ask()
        while not replica.synced.is_set():
            await replica.take(await socket.recv())
        return str(replica.text)


class Typist:
    """One participant; `ledger` tells what it did and what was acknowledged."""

    def __init__(
        self, kill: int, number: int, rng: random.Random, *, own: Iterable[str], pace: float
    ) -> None:
        self.ledger = Ledger()
        self.ack_seconds: list[float] = []
        self.ready = asyncio.Event()
        self._names = (kill, number)
        self._own = list(own)
        """Tokens that it may delete: nobody else does."""
        self._rng = rng
        self._pace = pace
        self._sent_at: dict[int, float] = {}
        self._progress = asyncio.Condition()

    async def work(self, room: LiveRoom, member: Member) -> None:
        """Types until the connection is lost."""
        with suppress(ConnectionClosed, OSError):
            async with open_socket(room, member) as socket:
                replica = Replica(socket)
                await replica.ask()
                typing = asyncio.create_task(self._type(replica))
                try:
                    async for frame in socket:
                        if (number := await replica.take(frame)) is not None:
                            await self._note(number)
                finally:
                    typing.cancel()

    async def resumed(self) -> None:
        """Returns when an edit made from now on is acknowledged."""
        goal = self.ledger.sent + 1
        async with self._progress:
            await self._progress.wait_for(lambda: self.ledger.acknowledged >= goal)

    async def _note(self, number: int) -> None:
        self.ack_seconds.append(time.monotonic() - self._sent_at[number])
        async with self._progress:
            self.ledger.acknowledged = number
            self._progress.notify_all()

    async def _type(self, replica: Replica) -> None:
        with suppress(ConnectionClosed):
            await replica.synced.wait()
            self.ready.set()
            while True:
                update = self._edit(replica)
                number = self.ledger.sent
                self._sent_at[number] = time.monotonic()
                await replica.socket.send(protocol.sync_update(update))
                await replica.socket.send(protocol.saved(number))
                await asyncio.sleep(self._rng.expovariate(self._pace))

    def _edit(self, replica: Replica) -> bytes:
        updates: list[bytes] = []

        def collect(event: TransactionEvent) -> None:
            updates.append(event.update)

        subscription = replica.doc.observe(collect)
        with replica.doc.transaction():
            self._change(replica.text)
        replica.doc.unobserve(subscription)
        (update,) = updates
        return update

    def _change(self, text: Text) -> None:
        self.ledger.sent += 1
        present = str(text)
        if self._own and self._rng.random() < 0.45:
            token = self._own.pop(self._rng.randrange(len(self._own)))
            start = len(present[: present.index(token)].encode())
            del text[start : start + len(token.encode())]
            self.ledger.deleted[token] = self.ledger.sent
            return
        token = make_token(*self._names, self.ledger.sent)
        ends = [0, *(match.end() for match in TOKEN.finditer(present))]
        text.insert(len(present[: self._rng.choice(ends)].encode()), token)
        self._own.append(token)
        self.ledger.inserted[token] = self.ledger.sent
