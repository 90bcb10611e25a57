"""uvicorn's WebSocket protocol up to the handshake; after it, the room's own connection."""

from typing import Any

from starlette.types import Scope
from starlette.websockets import WebSocket
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from server.connection import Connection

EXTENSION = "codlab.protocol"


class RoomSocketProtocol(WebSocketsSansIOProtocol):
    """For uvicorn's ``ws`` setting. See `splice`."""

    connection: Connection | None = None

    @property
    def close_code(self) -> int | None:
        """How the room's connection ended; None if it never came so far."""
        return None if self.connection is None else self.connection.close_code

    def handle_connect(self, event: Any) -> None:
        """Offers the connection itself to the application, beside ASGI's way."""
        super().handle_connect(event)
        if self.handshake_initiated and not self.close_sent:
            extensions: dict[str, Any] = self.scope["extensions"]
            extensions[EXTENSION] = self

    def data_received(self, data: bytes) -> None:
        """Takes what came."""
        if self.connection is None:
            super().data_received(data)
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
