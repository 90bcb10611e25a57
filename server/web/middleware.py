"""What happens around every request: log, headers, origin. Plain ASGI, for sockets as well."""

import logging
import secrets
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from http import HTTPStatus

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from starlette.websockets import WebSocketDisconnect

from server.errors import Forbidden, plain_problem, problem_response
from server.metrics import Metrics
from server.settings import Settings
from server.web.origins import is_allowed_origin
from server.web.ws_protocol import when_closed

access_log = logging.getLogger("server.access")
logger = logging.getLogger(__name__)

# Monaco's workers are files of our own, its styles are inline; research and browser tests show
# that it needs no more than this.
CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self' 'unsafe-inline'",
        "font-src 'self' data:",
        "img-src 'self' data: blob:",
        "worker-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    )
)
SECURITY_HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
HSTS = "max-age=31536000"

CLIENT_GONE = 499  # in the log only: the client left before there was an answer, as nginx has it

_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
_METHODS = _SAFE_METHODS | {"POST", "PUT", "PATCH", "DELETE"}


class RequestLog:
    """Gives each request an id, logs and measures it, and answers for its defects.

    A line holds the path, never the query, the headers or the body: tokens stand there.
    """

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """See ASGI."""
        match scope["type"]:
            case "http":
                await self._request(scope, receive, send)
            case "websocket":
                await self._socket(scope, receive, send)
            case _:
                await self._app(scope, receive, send)

    async def _request(self, scope: Scope, receive: Receive, send: Send) -> None:
        request_id, started, status = secrets.token_hex(8), time.perf_counter(), 0
        scope["request_id"] = request_id

        async def send_head(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)["X-Request-Id"] = request_id
                self._measure(scope, status, time.perf_counter() - started)
            await send(message)

        try:
            await self._app(scope, receive, send_head)
        except ClientDisconnect:
            status = CLIENT_GONE
        except Exception:
            self._metrics.failures.inc()
            logger.exception("a request failed", extra={"request_id": request_id})
            if status:
                raise  # half an answer is out: the connection has to end
            told = f"The server failed; its log tells more under {request_id}."
            await plain_problem(500, told)(scope, receive, send_head)
        finally:
            self._log(scope, request_id, {"method": scope["method"], "status": status}, started)

    async def _socket(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Logs a room's socket when it opens and when it closes; one that is refused, once."""
        request_id, started = secrets.token_hex(8), time.perf_counter()
        is_open, status = False, CLIENT_GONE
        scope["request_id"] = request_id

        async def send_noting(message: Message) -> None:
            nonlocal is_open, status
            await send(message)
            match message["type"]:
                case "websocket.accept":
                    is_open = True
                    self._log(scope, request_id, {"method": "SOCKET opened"}, started)
                case "websocket.close":  # there is no room at this path
                    status = HTTPStatus.FORBIDDEN
                case "websocket.http.response.start":
                    status = message["status"]
                case _:
                    pass

        try:
            with suppress(WebSocketDisconnect):  # the client did not wait for its answer
                await self._app(scope, receive, send_noting)
        finally:
            if is_open:
                when_closed(scope, self._closing(scope, request_id, started))
            else:
                told = {"method": "SOCKET refused", "status": int(status)}
                self._log(scope, request_id, told, started)

    def _closing(self, scope: Scope, request_id: str, started: float) -> Callable[[int], None]:
        """Logs a socket's end; keeps no more of its scope than the line needs."""
        rest = {"path": scope["path"], "client": scope.get("client")}
        return lambda code: self._log(
            rest, request_id, {"method": "SOCKET closed", "code": code}, started
        )

    def _measure(self, scope: Scope, status: int, seconds: float) -> None:
        route = getattr(scope.get("route"), "path", "unmatched")
        method = scope["method"] if scope["method"] in _METHODS else "OTHER"
        self._metrics.http_seconds.labels(method, route, str(status)).observe(seconds)

    def _log(
        self, scope: Scope, request_id: str, told: Mapping[str, object], started: float
    ) -> None:
        milliseconds = round((time.perf_counter() - started) * 1000, 1)
        client = scope.get("client")
        access_log.info(
            "%s %s",
            told["method"],
            scope["path"],
            extra={
                "request_id": request_id,
                "client": client[0] if client else None,
                "ms": milliseconds,
                **told,
            },
        )


class SecurityHeaders:
    """Adds to every answer what keeps browsers from doing more with it than we mean."""

    def __init__(self, app: ASGIApp, *, https: bool) -> None:
        self._app = app
        self._headers = {**SECURITY_HEADERS} | (
            {"Strict-Transport-Security": HSTS} if https else {}
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """See ASGI."""

        async def send_with_headers(message: Message) -> None:
            if message["type"] in {"http.response.start", "websocket.http.response.start"}:
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, send_with_headers)


class OriginCheck:
    """Refuses requests that change something when a foreign page makes them.

    Sockets are checked by their own route, by the same rule.
    """

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app = app
        self._settings = settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """See ASGI."""
        if (
            scope["type"] == "http"
            and scope["method"] not in _SAFE_METHODS
            and not is_allowed_origin(HTTPConnection(scope), self._settings)
        ):
            refusal = Forbidden("Pages of other origins may not use this server.")
            await problem_response(refusal)(scope, receive, send)
            return
        await self._app(scope, receive, send)


class BodyLimit:
    """Refuses longer bodies: unread where their length is stated, else while they are read.

    Starlette's own limit answers in plain text, and ours are problems.
    """

    def __init__(self, app: ASGIApp, max_bytes: int) -> None:
        self._app = app
        self._max_bytes = max_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """See ASGI."""
        left = self._max_bytes

        async def receive_counting() -> Message:
            nonlocal left
            message = await receive()
            left -= len(message.get("body", b""))
            if left < 0:
                raise self._too_large()
            return message

        stated = Headers(scope=scope).get("content-length", "")
        if stated.isdecimal() and int(stated) > self._max_bytes:
            raise self._too_large()
        await self._app(scope, receive_counting, send)

    def _too_large(self) -> HTTPException:
        return HTTPException(413, f"A body of this call has at most {self._max_bytes} bytes.")
