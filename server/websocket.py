"""A Starlette WebSocket as a room's peer."""

import asyncio
from contextlib import suppress

from starlette.websockets import WebSocket, WebSocketDisconnect

from collab.errors import CloseCode, SessionClosed
from collab.session import PeerGone
from server.state import State

CLOSE_SECONDS = 2.0  # a stalled peer is left to the ping timeout after that
MAX_REASON_BYTES = 123  # RFC 6455, section 5.5


class SocketPeer:
    """See `collab.session.Peer`."""

    def __init__(self, websocket: WebSocket[State]) -> None:
        self._websocket = websocket

    async def receive(self) -> bytes:
        """See `Peer.receive`; a text frame ends the session."""
        message = await self._websocket.receive()
        if message["type"] == "websocket.disconnect":
            raise PeerGone
        frame: bytes | None = message.get("bytes")
        if frame is None:
            raise SessionClosed(CloseCode.BAD_FRAME, "frames are binary here")
        return frame

    async def send(self, frame: bytes) -> None:
        """See `Peer.send`."""
        try:
            await self._websocket.send_bytes(frame)
        except WebSocketDisconnect as error:
            raise PeerGone from error

    async def close(self, code: int, reason: str) -> None:
        """See `Peer.close`."""
        shortened = reason.encode()[:MAX_REASON_BYTES].decode(errors="ignore")
        with suppress(WebSocketDisconnect, RuntimeError, TimeoutError):
            # RuntimeError: it has been closed already, from the other side
            async with asyncio.timeout(CLOSE_SECONDS):
                await self._websocket.close(code, shortened)
