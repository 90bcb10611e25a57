"""What surrounds every request: headers, origins, request ids, the log, and defects."""

import json
import logging
from collections.abc import Generator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from starlette.requests import HTTPConnection
from starlette.types import Receive, Scope, Send

from server.logs import JsonFormatter, TextFormatter, redact
from server.metrics import Metrics
from server.web.middleware import SECURITY_HEADERS, RequestLog
from server.web.origins import is_allowed_origin
from tests.postgres import Cluster
from tests.server.house import URL, House, RoomUnderTest, cookie_header, running, settings_for


@pytest.fixture
def lines(caplog: pytest.LogCaptureFixture) -> Generator[list[str]]:
    """Every log line of the test, as it would be written."""
    written: list[str] = []

    class Recorder(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            written.append(JsonFormatter().format(record))

    recorder = Recorder()
    logging.getLogger().addHandler(recorder)
    caplog.set_level(logging.DEBUG)
    yield written
    logging.getLogger().removeHandler(recorder)


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/healthz"), ("GET", "/"), ("GET", "/none/such"), ("PUT", "/healthz")],
)
async def test_every_answer_carries_the_security_headers_and_an_id(
    house: House, method: str, path: str
) -> None:
    answer = await house.client.request(method, path)
    assert {name: answer.headers[name] for name in SECURITY_HEADERS} == SECURITY_HEADERS
    assert len(answer.headers["x-request-id"]) == 16


def test_the_policy_allows_no_inline_script_and_no_foreign_source() -> None:
    directives = dict(
        directive.split(" ", 1)
        for directive in SECURITY_HEADERS["Content-Security-Policy"].split("; ")
    )
    assert directives["default-src"] == "'none'"
    assert directives["script-src"] == "'self'"
    assert directives["frame-ancestors"] == "'none'"
    assert not any("http" in sources or "*" in sources for sources in directives.values())


@pytest.mark.parametrize("path", ["/none", "/api/none", "/assets/none.js", "/r"])
async def test_what_is_not_there_is_a_problem(house: House, path: str) -> None:
    answer = await house.client.get(path)
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:8001"},
        {"Origin": "http://127.0.0.1:8000.evil.example"},
        {"Origin": "http://evil.example", "Host": "evil.example"},
        {"Sec-Fetch-Site": "cross-site"},
    ],
)
async def test_foreign_pages_change_nothing(
    house: House, room: RoomUnderTest, headers: dict[str, str]
) -> None:
    headers |= cookie_header(room.owner.cookies)
    for path in ("/api/rooms", "/api/auth/refresh", f"{room.path}/join"):
        answer = await house.client.post(path, headers=headers)
        assert answer.status_code == 403
        assert "access-control-allow-origin" not in answer.headers


@pytest.mark.parametrize(
    "headers", [{}, {"Origin": URL}, {"Origin": URL, "Sec-Fetch-Site": "same-origin"}]
)
async def test_our_own_page_and_programs_are_let_through(
    house: House, headers: dict[str, str]
) -> None:
    assert (await house.client.post("/api/rooms", headers=headers)).status_code == 201


@pytest.mark.parametrize(
    ("settings", "host", "origin", "allowed"),
    [
        ({}, "localhost:8000", "http://localhost:8000", True),
        ({}, "[::1]:8000", "http://[::1]:8000", True),
        ({}, "rebound.example:8000", "http://rebound.example:8000", False),
        ({"host": "0.0.0.0"}, "box.lan:8000", "http://box.lan:8000", True),
        ({"host": "0.0.0.0"}, "box.lan:8000", "http://other.lan:8000", False),
        ({"public_url": "https://a.example/"}, "a.example", "https://a.example", True),
        ({"public_url": "https://a.example"}, "b.example", "https://b.example", False),
        ({"allowed_origins": "https://b.example, c"}, "", "", None),
        ({"allowed_origins": "https://b.example:443"}, "x", "https://b.example", True),
    ],
)
def test_whose_pages_are_ours(
    tmp_path: Path, settings: dict[str, str], host: str, origin: str, allowed: bool | None
) -> None:
    if allowed is None:
        with pytest.raises(ValueError, match="is no address"):
            settings_for(tmp_path, **settings)
        return
    headers = [(b"host", host.encode()), (b"origin", origin.encode())]
    connection = HTTPConnection({"type": "websocket", "headers": headers})
    assert is_allowed_origin(connection, settings_for(tmp_path, **settings)) is allowed


async def test_no_token_secret_or_cookie_reaches_the_log(
    house: House, room: RoomUnderTest, lines: list[str]
) -> None:
    guest = await house.join(room, "editor")
    await house.client.get(room.path, headers=guest.headers)
    await house.client.get(f"{room.path}?token={guest.token}", headers=guest.headers)
    await house.client.post("/api/auth/refresh", headers=cookie_header(guest.cookies))
    await house.client.post(f"{room.path}/join", json={"secret": "wrong-secret", "name": "Eve"})
    text = "\n".join(lines)
    assert f"GET {room.path}" in text
    secrets = [guest.token, *guest.cookies.values(), *map(room.secret, room.links), "wrong-secret"]
    assert [secret for secret in secrets if secret in text] == []


@pytest.mark.parametrize(
    "line",
    [
        '127.0.0.1 - "WebSocket /collab/x?token=s3cret" [accepted]',
        "/x?a=1&access_token=s3cret&b=2",
        "Authorization: Bearer s3cret",
        "subprotocols codlab.v1, codlab.bearer.s3cret",
        "postgresql+asyncpg://user:s3cret@host/name",
    ],
)
def test_what_others_log_is_redacted(line: str) -> None:
    assert "s3cret" not in redact(line)
    record = logging.LogRecord("x", logging.INFO, "", 0, "%s", (line,), None)
    record.detail = line
    for formatter in (JsonFormatter(), TextFormatter()):
        assert "s3cret" not in formatter.format(record)


async def test_a_request_is_one_line_of_json(house: House, lines: list[str]) -> None:
    answer = await house.client.get("/healthz")
    (line,) = (json.loads(line) for line in lines if '"GET /healthz"' in line)
    assert line["status"] == 200
    assert line["request_id"] == answer.headers["x-request-id"]
    assert line["level"] == "info"
    assert line["ms"] >= 0


async def test_a_defect_is_logged_and_answered_without_its_details(lines: list[str]) -> None:
    async def broken(scope: Scope, receive: Receive, send: Send) -> None:
        raise RuntimeError("the detail")

    sent = []

    async def send(message: dict[str, object]) -> None:
        sent.append(message)

    async def receive() -> dict[str, object]:
        raise NotImplementedError

    scope = {"type": "http", "method": "GET", "path": "/x", "headers": []}
    metrics = Metrics()
    await RequestLog(broken, metrics)(scope, receive, send)  # type: ignore[arg-type]
    assert sent[0]["status"] == 500
    assert b"the detail" not in sent[1]["body"]  # type: ignore[operator]
    assert any("the detail" in line for line in lines)
    assert b"codlab_http_failures_total 1.0" in metrics.text()


async def test_metrics_tell_routes_apart_but_not_rooms(house: House, room: RoomUnderTest) -> None:
    await house.client.get(room.path, headers=room.owner.headers)
    text = (await house.client.get("/metrics")).text
    assert 'method="GET",route="/api/rooms/{room_id}",status="200"' in text
    assert room.id not in text
    assert "codlab_rooms " in text


async def test_health_tells_what_is_wrong(house: House) -> None:
    assert (await house.client.get("/healthz")).json() == {"status": "ok", "parts": {}}
    ready = (await house.client.get("/readyz")).json()
    assert ready["status"] == "degraded"
    assert ready["parts"]["database"] == "ok"
    assert "engine" in ready["parts"]["engine"]


async def test_a_server_without_its_database_is_alive_but_not_ready(
    tmp_path: Path, postgres_cluster: Cluster
) -> None:
    async with AsyncExitStack() as stack:
        with postgres_cluster.database() as url:
            house = await stack.enter_async_context(
                running(settings_for(tmp_path, database_url=url))
            )
            assert (await house.client.get("/readyz")).json()["parts"]["database"] == "ok"
        ready = await house.client.get("/readyz")
        assert ready.status_code == 503
        assert ready.json()["parts"]["database"] == "does not answer"
        assert (await house.client.get("/healthz")).status_code == 200
