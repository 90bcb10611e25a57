"""pycrdt's own provider over a WebSocket, as pycrdt-websocket's clients use it."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

import anyio
from pycrdt import Channel, Doc, Map, Provider, Text
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from tests.live import LiveRoom, Member


class WebSocketChannel(Channel):
    """What the provider sends and receives by."""

    def __init__(self, socket: ClientConnection, path: str) -> None:
        self._socket = socket
        self._path = path

    @property
    def path(self) -> str:
        return self._path

    async def __anext__(self) -> bytes:
        try:
            return await self.recv()
        except ConnectionClosed:
            raise StopAsyncIteration from None

    async def send(self, message: bytes) -> None:
        await self._socket.send(message)

    async def recv(self) -> bytes:
        return await self._socket.recv(decode=False)


class PycrdtPeer:
    """One client's replica of the room's document."""

    def __init__(self, doc: Doc[Any]) -> None:
        self._doc = doc
        self._files = doc.get("files", type=Map)

    def text(self, path: str) -> Text:
        """The text of the file at this path."""
        text: Text = next(file["text"] for file in self._files.values() if file["path"] == path)
        return text

    def create(self, path: str, text: str) -> None:
        """Adds a file."""
        self._files[f"peer-{path}"] = Map({"path": path, "text": Text(text)})

    async def wait_for_text(self, path: str, text: str) -> None:
        """Returns when the file's text is exactly this."""
        async with self._doc.events() as events:
            if self._holds(path, text):
                return
            async for _ in events:
                if self._holds(path, text):
                    return

    def _holds(self, path: str, text: str) -> bool:
        return any(
            file["path"] == path and str(file["text"]) == text for file in self._files.values()
        )


@asynccontextmanager
async def pycrdt_peer(room: LiveRoom, member: Member) -> AsyncGenerator[PycrdtPeer]:
    """Joins a room and yields when the document is there."""
    headers = {"Authorization": f"Bearer {member.access_token}"}
    doc: Doc[Any] = Doc()
    async with connect(room.socket_url, additional_headers=headers) as socket:
        channel = WebSocketChannel(socket, room.id)
        async with Provider(doc, channel) as provider:
            with anyio.fail_after(30):
                await provider.synced.wait()
            yield PycrdtPeer(doc)
