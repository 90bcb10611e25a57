"""uvicorn's WebSocket protocol with a peer that stops reading put off the server.

uvicorn closes such a peer's transport at the ping timeout, which waits for the unsent bytes, so the
connection would stay for ever; aborting drops them.
"""

import asyncio
from typing import cast

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

WRITE_BUFFER_BYTES = 256 << 10  # past it a session's writer waits and its outbox takes over


class RoomSocketProtocol(WebSocketsSansIOProtocol):
    """For uvicorn's ``ws`` setting."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Bounds what the transport buffers."""
        super().connection_made(transport)
        cast("asyncio.Transport", transport).set_write_buffer_limits(high=WRITE_BUFFER_BYTES)

    def keepalive_timeout(self) -> None:
        """Gives up on a peer that answers no ping."""
        super().keepalive_timeout()
        self.transport.abort()
