"""A room's socket as a program of its own would use it: commands, events, output."""

import asyncio
import json
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

from collab.protocol import SUBPROTOCOL, MessageType, json_message
from collab.varint import Reader
from tests.live import LiveRoom, Member

WAIT_SECONDS = 30.0
SCREEN, REDRAWN = 5, 6  # streams of output
UPDATE = 2


class SocketClient:
    """One participant's socket with the protocol's own messages."""

    def __init__(self, connection: ClientConnection) -> None:
        self.connection = connection
        self.events: list[dict[str, Any]] = []
        self.replies: dict[int, dict[str, Any]] = {}
        self.outputs: dict[int, bytearray] = {}
        self.screens: dict[int, bytearray] = {}
        """What was drawn on the alternate screen, as far as this client was told."""
        self.saved: list[int] = []
        self.updates = 0
        """How many changes of the document have come."""
        self.last_frame = b""
        self.on_frame: Callable[[bytes], None] = lambda _: None
        """Is given every message that is read."""
        self._last_id = 0

    async def command(self, type_: str, **fields: Any) -> dict[str, Any]:
        """Sends a command; returns its reply, `ok` or `error`."""
        self._last_id += 1
        number = self._last_id
        command = {"id": number, "type": type_, **fields}
        await self.connection.send(json_message(json.dumps(command).encode()))
        await self.until(lambda: number in self.replies)
        return self.replies[number]

    async def until(self, reached: Callable[[], object]) -> None:
        """Reads messages until `reached()` is true."""
        async with asyncio.timeout(WAIT_SECONDS):
            while not reached():
                self._take(await self.connection.recv())

    async def event(self, type_: str) -> dict[str, Any]:
        """Waits for the first event of a type that has not been returned before."""
        await self.until(lambda: any(event["type"] == type_ for event in self.events))
        index = next(i for i, event in enumerate(self.events) if event["type"] == type_)
        return self.events.pop(index)

    async def output(self, run: int, text: str) -> None:
        """Waits until a run has printed this."""
        wanted = text.encode()
        await self.until(lambda: wanted in self.outputs.get(run, b""))

    async def drawn(self, run: int, text: str) -> None:
        """Waits until a full-screen program has drawn this."""
        wanted = text.encode()
        await self.until(lambda: wanted in self.screens.get(run, b""))

    async def close_code(self) -> int | None:
        """Reads until the server closes the socket."""
        async with asyncio.timeout(WAIT_SECONDS):
            try:
                while True:
                    self._take(await self.connection.recv())
            except ConnectionClosed as closed:
                return closed.rcvd.code if closed.rcvd else None

    def _take(self, frame: str | bytes) -> None:
        assert isinstance(frame, bytes)
        self.last_frame = frame
        self.on_frame(frame)
        reader = Reader(frame)
        match reader.varuint():
            case MessageType.JSON:
                message = json.loads(reader.rest())
                if "reply" in message:
                    self.replies[message["reply"]] = message
                else:
                    self.events.append(message)
            case MessageType.SAVED:
                self.saved.append(reader.varuint())
            case MessageType.OUTPUT:
                run, stream, offset = reader.varuint(), reader.byte(), reader.varuint()
                kept = self.outputs.setdefault(run, bytearray())
                assert offset == len(kept), "output came twice, or has a hole"
                self._take_output(run, stream, reader.rest())
            case MessageType.SYNC:
                self.updates += reader.varuint() == UPDATE
            case _:
                pass

    def _take_output(self, run: int, stream: int, data: bytes) -> None:
        drawn = self.screens.setdefault(run, bytearray())
        if stream == REDRAWN:
            drawn.clear()
        if stream in {SCREEN, REDRAWN}:
            drawn += data
        else:
            self.outputs[run] += data


@asynccontextmanager
async def opened(
    room: LiveRoom,
    token: str | None,
    *,
    protocols: tuple[str, ...] = (SUBPROTOCOL,),
    origin: str | None = None,
    query: str = "",
) -> AsyncGenerator[SocketClient]:
    """Opens a socket with just these credentials."""
    bearer = () if token is None else (f"codlab.bearer.{token}",)
    async with connect(
        room.socket_url + query,
        subprotocols=[Subprotocol(name) for name in (*protocols, *bearer)],
        additional_headers={} if origin is None else {"Origin": origin},
        max_size=None,
    ) as connection:
        yield SocketClient(connection)


@asynccontextmanager
async def joined(room: LiveRoom, member: Member) -> AsyncGenerator[SocketClient]:
    """Opens a member's socket and waits for its greeting, which stays in `events`."""
    async with opened(room, member.access_token) as client:
        await client.until(lambda: client.events)
        yield client
