"""uvicorn's WebSocket protocol up to the handshake; after it, the room's own connection."""

import asyncio
from typing import Any

from starlette.types import Scope
from starlette.websockets import WebSocket
from uvicorn import Config
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from uvicorn.server import ServerState

from server.connection import Connection
from server.lobby import Lobby

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

    @property
    def close_code(self) -> int | None:
        """How the room's connection ended; None if it never came so far."""
        return None if self.connection is None else self.connection.close_code

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

    def data_received(self, data: bytes) -> None:
        """Takes what came."""
        if self.connection is None:
            super().data_received(data)
            if not self.handshake_initiated:  # its head has what websockets does not take
                self.transport.write(b"".join(self.conn.data_to_send()))
                self.transport.close()
        else:
            self.connection.data_received(data)

    def pause_writing(self) -> None:
        """The transport's buffer is full."""
        super().pause_writing()
        if self.connection is not None:
            self.connection.congested()

    def resume_writing(self) -> None:
        """The transport's buffer has room again."""
        super().resume_writing()
        if self.connection is not None:
            self.connection.drained()

    def connection_lost(self, exc: Exception | None) -> None:
        """The connection is gone."""
        self._lobby.leave(self)
        super().connection_lost(exc)
        if self.connection is not None:
            self.connection.lost()

    def shutdown(self) -> None:
        """The server is about to stop."""
        if self.connection is None:
            super().shutdown()
        else:
            self.connection.restarting()

    def splice(self) -> Connection:
        """Ends ASGI's part: from now on the connection speaks to its session alone."""
        self.stop_keepalive()
        self._lobby.leave(self)
        self.connection = Connection(self.transport, self.config.ws_max_size)
        del self.conn, self.request, self.response  # of no use any more
        return self.connection


def close_code(scope: Scope) -> int | None:
    """How a WebSocket ended that was taken out of ASGI; None for one that was not."""
    protocol = scope.get("extensions", {}).get(EXTENSION)
    return protocol.close_code if isinstance(protocol, RoomSocketProtocol) else None


def splice(websocket: WebSocket[Any]) -> Connection:
    """Takes an accepted WebSocket's connection out of ASGI.

    Raises:
        RuntimeError: the server does not run with `RoomSocketProtocol`.
    """
    protocol = websocket.scope.get("extensions", {}).get(EXTENSION)
    if not isinstance(protocol, RoomSocketProtocol):
        raise RuntimeError("room sockets need uvicorn's ws=RoomSocketProtocol; see `codlab serve`")
    return protocol.splice()
