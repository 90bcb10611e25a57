"""uvicorn's HTTP protocol, with an end to every wait for the client and bounds to a request's head.

A connection is in one of these phases; each that waits for the client has a deadline::

    HEAD ─▶ BODY ─▶ ANSWER ─▶ IDLE ─▶ HEAD …

A WebSocket's request ends it with its head: `server.ws_protocol` takes the connection over.
"""

import asyncio
import logging
from enum import Enum, auto
from http import HTTPStatus
from typing import Any, cast

from starlette.responses import Response
from uvicorn import Config
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle
from uvicorn.server import ServerState

from server.errors import plain_problem
from server.settings import Settings
from server.web.lobby import Lobby

access_log = logging.getLogger("server.access")

MAX_HEADERS = 100
LINGER_SECONDS = 2.0


class Phase(Enum):
    """What the connection is at."""

    HEAD = auto()
    """A request's head is to come."""
    BODY = auto()
    """The rest of the request is to come; its answer may be under way, or out already."""
    ANSWER = auto()
    """All was asked that there is to ask."""
    IDLE = auto()
    """All was answered; the next request may come."""
    CLOSING = auto()
    """The last answer is to be read."""
    LINGERING = auto()
    """The client was refused, and may still send; its system would drop the refusal otherwise."""


class HeadTooLarge(Exception):
    """A request's head is over the limits."""


class RequestProtocol(HttpToolsProtocol):
    """For uvicorn's ``http`` setting. See the module."""

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self._settings: Settings = app_state["settings"]
        self._lobby: Lobby = app_state["lobby"]
        self._phase = Phase.HEAD
        self._deadline: asyncio.TimerHandle | None = None
        self._stall: asyncio.TimerHandle | None = None
        self._unparsed_bytes = 0
        """Received since the parser last gave something out, or began a head."""
        self._header_count = self._head_bytes = 0

    @property
    def address(self) -> str | None:
        """See `Guest.address`."""
        return self.client[0] if self.client else None

    @property
    def is_served(self) -> bool:
        """See `Guest.is_served`."""
        return self._phase is Phase.ANSWER

    def turn_out(self) -> None:
        """See `Guest.turn_out`."""
        self.transport.abort()

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """A client has come."""
        super().connection_made(transport)
        self._go_on(Phase.HEAD)
        self._lobby.enter(self)

    def connection_lost(self, exc: Exception | None) -> None:
        """The client is gone."""
        self._lobby.leave(self)
        self._cancel_deadlines()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Takes what came."""
        if self._phase is Phase.LINGERING:
            return
        if self._phase is Phase.IDLE:
            self._go_on(Phase.HEAD)
        self._unparsed_bytes += len(data)
        super().data_received(data)
        if self._unparsed_bytes > self._settings.head_bytes:
            self._refuse(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)

    def on_message_begin(self) -> None:
        """A request begins."""
        super().on_message_begin()
        self._header_count = self._head_bytes = 0
        if self._phase is not Phase.HEAD:
            self._go_on(Phase.HEAD)

    def on_url(self, url: bytes) -> None:
        """A part of the request's address."""
        self._count(url)
        super().on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        """A header; or a trailer, after a chunked body."""
        self._header_count += 1
        self._count(name, value)
        super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """The request's head is here."""
        self._unparsed_bytes = 0
        self._go_on(Phase.BODY)
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """A part of the request's body."""
        self._unparsed_bytes = 0
        super().on_body(body)

    def on_message_complete(self) -> None:
        """The request is here."""
        self._unparsed_bytes = 0
        super().on_message_complete()
        self._go_on(Phase.ANSWER if self._unanswered() else Phase.IDLE)

    def on_response_complete(self) -> None:
        """A request is answered."""
        super().on_response_complete()
        if self.transport.is_closing():
            self._go_on(Phase.CLOSING)
        elif self._phase is Phase.ANSWER and not self.pipeline:
            self._go_on(Phase.IDLE)
            self._lobby.await_again(self)

    def handle_websocket_upgrade(self) -> None:
        """Hands the connection to the room's protocol."""
        self._cancel_deadlines()
        self._lobby.leave(self)
        super().handle_websocket_upgrade()

    def send_400_response(self, msg: str) -> None:
        """Refuses what is no request."""
        too_large = self._header_count > MAX_HEADERS or self._head_bytes > self._settings.head_bytes
        self._refuse(
            HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE if too_large else HTTPStatus.BAD_REQUEST
        )

    def pause_writing(self) -> None:
        """The client does not read what it asked for."""
        super().pause_writing()
        self._stall = self.loop.call_later(self._settings.body_seconds, self._cut_off)

    def resume_writing(self) -> None:
        """The client reads on."""
        super().resume_writing()
        if self._stall is not None:
            self._stall.cancel()

    def _count(self, *parts: bytes) -> None:
        self._head_bytes += sum(map(len, parts))
        if self._head_bytes > self._settings.head_bytes or self._header_count > MAX_HEADERS:
            raise HeadTooLarge

    def _go_on(self, phase: Phase) -> None:
        """Begins a phase, and with it its deadline."""
        self._phase = phase
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None
        if (seconds := self._patience()) is not None:
            self._deadline = self.loop.call_later(seconds, self._expire)

    def _patience(self) -> float | None:
        """How long the phase may last, in seconds; None: it is not the client who decides."""
        match self._phase:
            case Phase.HEAD:
                return self._settings.head_seconds
            case Phase.BODY | Phase.CLOSING:
                return self._settings.body_seconds
            case Phase.LINGERING:
                return LINGER_SECONDS
            case Phase.ANSWER:
                return None
            case Phase.IDLE:
                return self.timeout_keep_alive

    def _unanswered(self) -> RequestResponseCycle | None:
        """The request that is being answered, if there is one."""
        latest = cast("RequestResponseCycle | None", self.cycle)
        return None if latest is None or latest.response_complete else latest

    def _expire(self) -> None:
        match self._phase:
            case Phase.HEAD if not self._unparsed_bytes:
                self._close()  # browsers open spare connections, and expect no answer to them
            case Phase.HEAD | Phase.BODY:
                self._refuse(HTTPStatus.REQUEST_TIMEOUT)
            case Phase.IDLE:
                self._close()
            case Phase.CLOSING:
                self._cut_off()
            case _:
                self.transport.abort()

    def _refuse(self, status: HTTPStatus) -> None:
        """Ends the connection, with an answer if none has begun."""
        if self._phase is Phase.LINGERING or self.transport.is_closing():
            return
        self._log(status.phrase)
        request = self._unanswered()
        if request is not None:
            request.disconnected = True
            request.message_event.set()
        if request is None or not request.response_started:
            self.transport.write(_raw(plain_problem(status, headers={"Connection": "close"})))
        self.transport.write_eof()
        self._go_on(Phase.LINGERING)

    def _cut_off(self) -> None:
        self._log("the answer is not read")
        self.transport.abort()

    def _log(self, reason: str) -> None:
        access_log.info("CONNECTION closed", extra={"client": self.address, "reason": reason})

    def _close(self) -> None:
        self.transport.close()
        self._go_on(Phase.CLOSING)

    def _cancel_deadlines(self) -> None:
        for deadline in (self._deadline, self._stall):
            if deadline is not None:
                deadline.cancel()


def _raw(response: Response) -> bytes:
    """An answer as it goes over the wire, where no request can be served any more."""
    lines = [
        b"HTTP/1.1 %d %s" % (response.status_code, HTTPStatus(response.status_code).phrase.encode())
    ]
    lines += [name + b": " + value for name, value in response.raw_headers]
    return b"\r\n".join([*lines, b"", bytes(response.body)])
