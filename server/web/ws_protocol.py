"""uvicorn's WebSocket protocol up to the handshake; after it, the room's own connection."""

import asyncio
from collections.abc import Callable
from typing import Any

from starlette.types import Scope
from starlette.websockets import WebSocket
from uvicorn import Config
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from uvicorn.server import ServerState

from server.web.connection import Connection
from server.web.lobby import Lobby

EXTENSION = "codlab.protocol"


class RoomSocketProtocol(WebSocketsSansIOProtocol):
    """For uvicorn's ``ws`` setting. See `splice`."""

    connection: Connection | None = None
    is_served = True
    """See `Guest.is_served`: a handshake waits for the server."""

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self._lobby: Lobby = app_state["lobby"]

    @property
    def address(self) -> str | None:
        """See `Guest.address`."""
        return self.client[0] if self.client else None

    def turn_out(self) -> None:
        """See `Guest.turn_out`."""
        self.transport.abort()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """A client begins its handshake."""
        super().connection_made(transport)
        self._lobby.enter(self)

    def handle_connect(self, event: Any) -> None:
        """Offers the connection itself to the application, beside ASGI's way."""
        super().handle_connect(event)
        if self.handshake_initiated and not self.close_sent:
            extensions: dict[str, Any] = self.scope["extensions"]
            extensions[EXTENSION] = self
            self.transport.pause_reading()  # until it is known who is there

    async def send(self, message: Any) -> None:
        """Takes what the application says. A refusal ends the handshake: uvicorn misses that."""
        await super().send(message)
        self.handshake_complete |= self.close_sent

    def data_received(self, data: bytes) -> None:
        """Takes what came."""
        super().data_received(data)
        if not self.handshake_initiated:  # its head has what websockets does not take
            self.transport.write(b"".join(self.conn.data_to_send()))
            self.transport.close()

    def connection_lost(self, exc: Exception | None) -> None:
        """The connection is gone."""
        self._lobby.leave(self)
        super().connection_lost(exc)

    def splice(self) -> Connection:
        """Puts a connection in its own place, in uvicorn's books too.

        The application is free to return then: nothing of ASGI has to last as long as the socket.
        """
        self.stop_keepalive()
        self._lobby.leave(self)
        self.connection = Connection(self.transport, self.config.ws_max_size, self.connections)
        self.transport.set_protocol(self.connection)
        self.connections.discard(self)
        self.transport = _TakenAway()
        return self.connection


class _TakenAway(asyncio.Transport):
    """What uvicorn is left with, which closes its transport once the application returns."""

    def close(self) -> None:
        """Closes nothing."""


def when_closed(scope: Scope, tell: Callable[[int], None]) -> None:
    """Has `tell` called with the close code when a socket ends that was taken out of ASGI."""
    protocol = scope.get("extensions", {}).get(EXTENSION)
    if isinstance(protocol, RoomSocketProtocol) and protocol.connection is not None:
        protocol.connection.on_closed = tell


def splice(websocket: WebSocket[Any]) -> Connection:
    """Takes an accepted WebSocket's connection out of ASGI.

    Raises:
        RuntimeError: the server does not run with `RoomSocketProtocol`.
    """
    protocol = websocket.scope.get("extensions", {}).get(EXTENSION)
    if not isinstance(protocol, RoomSocketProtocol):
        raise RuntimeError("room sockets need uvicorn's ws=RoomSocketProtocol; see `codlab serve`")
    return protocol.splice()
