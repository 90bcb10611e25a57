"""A connection after its WebSocket handshake: a `collab.session.Peer` right on the transport.

Messages go from the transport to the session and back without tasks, queues or ASGI messages in
between, which makes each several times cheaper.
"""

import asyncio
import time
from collections.abc import Callable
from typing import Any

from collab import frames
from collab.errors import CloseCode, SessionError
from collab.frames import Opcode
from collab.session import Session
from server.web.frame_reader import Control, FrameReader

WRITE_BUFFER_BYTES = 256 << 10  # past it a peer counts as congested
CLOSE_SECONDS = 2.0  # a peer that does not take its close frame is cut off after that
SLICE_SECONDS = 0.005  # of reading from one connection, before the others get their turn
PING_SECONDS = 10.0
LATE_SECONDS = 1.0  # an alarm that rings so late tells of this server, not of the peer
NO_CODE = 1005  # the peer's close frame holds none
ABNORMAL = 1006  # the connection went without a close frame


class Connection(asyncio.Protocol):
    """See the module; it is in `registry`, with the server's other connections, while it lasts."""

    def __init__(
        self, transport: asyncio.Transport, max_message_bytes: int, registry: set[Any]
    ) -> None:
        transport.set_write_buffer_limits(high=WRITE_BUFFER_BYTES)
        registry.add(self)
        self._registry = registry
        self._transport = transport
        self._reader = FrameReader(max_message_bytes)
        self._session: Session | None = None
        self._loop = asyncio.get_running_loop()
        self._heard_at = time.monotonic()
        self._is_asked = False
        """Whether nothing has come since the last ping."""
        self._pause: asyncio.Handle | None = None
        self._alarm = self._loop.call_later(PING_SECONDS, self._ping)
        self._is_closing = False
        self.is_congested = False
        self.on_closed: Callable[[int], None] = lambda _: None
        """Called when the connection is gone, with what its first close frame said."""
        self._close_code: int = ABNORMAL
        transport.pause_reading()  # until there is a session to read for

    @property
    def waiting_bytes(self) -> int:
        """See `Peer.waiting_bytes`."""
        return self._transport.get_write_buffer_size()

    def start(self, session: Session) -> None:
        """See `Peer.start`."""
        self._session = session
        self._resume()

    def write(self, data: bytes) -> None:
        """See `Peer.write`."""
        self._transport.write(data)

    def pause(self, seconds: float) -> None:
        """See `Peer.pause`."""
        self._hold(self._loop.call_later(seconds, self._resume))

    def close(self, code: int, reason: str) -> None:
        """See `Peer.close`."""
        if self._is_closing:
            return
        self._is_closing = True
        self._alarm.cancel()
        if not self._transport.is_closing():
            self._note_close(code)
            self._transport.write(frames.close(code, reason))
            self._transport.close()
            self._alarm = self._loop.call_later(CLOSE_SECONDS, self._transport.abort)

    def data_received(self, data: bytes) -> None:
        """Takes what came."""
        self._heard_at = now = time.monotonic()
        self._is_asked = False
        self._reader.feed(data)
        if self._pause is None:
            self._deal(now)

    def pause_writing(self) -> None:
        """More waits to be sent than the transport likes."""
        self.is_congested = True

    def resume_writing(self) -> None:
        """What waited is sent."""
        self.is_congested = False
        if self._session is not None:
            self._session.drained()

    def connection_lost(self, exc: Exception | None) -> None:
        """The connection is gone."""
        self._registry.discard(self)
        self._is_closing = True
        self._alarm.cancel()
        if self._pause is not None:
            self._pause.cancel()
        if self._session is not None:
            self._session.gone()
        self.on_closed(self._close_code)

    def shutdown(self) -> None:
        """The server is about to stop, as uvicorn calls it."""
        if self._session is not None:
            self._session.end(CloseCode.RESTARTING, "the server is restarting")

    def _deal(self, now: float) -> None:
        """Hands on what is whole, for a slice of time.

        `now` is `time.monotonic()`: the loop's own clock stands still meanwhile.
        """
        session = self._session
        if session is None:
            return
        slice_end = now + SLICE_SECONDS
        try:
            while self._pause is None and not self._is_closing:
                message = self._reader.next()
                if message is None:
                    return
                if isinstance(message, bytes):
                    now = session.receive(message, now)
                else:
                    self._obey(message, session)
                    now = time.monotonic()
                if now >= slice_end:
                    self._hold(self._loop.call_soon(self._resume))
        except SessionError as error:
            session.end(error.close_code, str(error))

    def _obey(self, control: Control, session: Session) -> None:
        if control.opcode is Opcode.PING:
            self.write(frames.control(Opcode.PONG, control.payload))
        elif control.opcode is Opcode.CLOSE:
            self._note_close(int.from_bytes(control.payload[:2], "big") or NO_CODE)
            session.gone()

    def _note_close(self, code: int) -> None:
        if self._close_code == ABNORMAL:
            self._close_code = code

    def _hold(self, until: asyncio.Handle) -> None:
        """Reads nothing until that handle has run."""
        if self._pause is not None:
            self._pause.cancel()
        self._pause = until
        self._transport.pause_reading()

    def _resume(self) -> None:
        self._pause = None
        if not self._is_closing:
            self._transport.resume_reading()
            self._deal(time.monotonic())

    def _ping(self) -> None:
        """Asks a peer that is silent whether it is there; one that does not answer is gone."""
        now = time.monotonic()
        is_late = now > self._alarm.when() + LATE_SECONDS
        if self._is_asked and not is_late:
            self._transport.abort()
            return
        if now - self._heard_at >= PING_SECONDS:
            self.write(frames.control(Opcode.PING))
            self._is_asked = True
        self._alarm = self._loop.call_later(PING_SECONDS, self._ping)
