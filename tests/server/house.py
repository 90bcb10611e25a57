"""A server in the test's own event loop, its API's answers checked against their description."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from http.cookiejar import CookieJar, DefaultCookiePolicy
from pathlib import Path
from typing import Any, cast

import httpx2
from pydantic import TypeAdapter
from starlette.applications import Starlette
from starlette.routing import Match, Route
from starlette.types import ASGIApp, Receive, Scope, Send

from server.app import create_app
from server.operations import Operation
from server.routes.table import OPERATIONS
from server.schemas import Problem
from server.settings import Settings
from server.state import State

URL = "http://127.0.0.1:8000"
# Port 9 is "discard", on which nothing listens.
NO_ENGINE = "tcp://127.0.0.1:9"


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody who joined a room, with their access token and refresh cookie."""

    participant: dict[str, Any]
    token: str
    cookies: dict[str, str] = field(default_factory=dict)

    @property
    def id(self) -> str:
        return str(self.participant["id"])

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}


@dataclass(frozen=True, slots=True)
class RoomUnderTest:
    """A room, its creator, and its share links."""

    id: str
    owner: Member
    links: dict[str, str]

    @property
    def path(self) -> str:
        return f"/api/rooms/{self.id}"

    def secret(self, role: str) -> str:
        return self.links[role].partition("#")[2]


@dataclass(frozen=True, slots=True)
class House:
    """The server and a client that keeps no cookies."""

    state: State
    app: ASGIApp
    client: httpx2.AsyncClient

    async def create_room(self, **body: Any) -> RoomUnderTest:
        answer = await self.client.post("/api/rooms", json=body)
        created = answer.raise_for_status().json()
        return RoomUnderTest(created["room"]["id"], _member(answer), created["links"])

    async def join(self, room: RoomUnderTest, role: str, name: str = "Bob") -> Member:
        body = {"secret": room.secret(role), "name": name}
        answer = await self.client.post(f"{room.path}/join", json=body)
        return _member(answer.raise_for_status())


def settings_for(data_dir: Path, **changes: Any) -> Settings:
    """Settings that no variable and no .env file of this machine changes."""
    values: dict[str, Any] = {"data_dir": data_dir, "docker_host": NO_ENGINE} | changes
    return Settings(_env_file=None, _env_prefix="CODLAB_TEST_", **values)


@asynccontextmanager
async def running(settings: Settings) -> AsyncGenerator[House]:
    app = create_app(settings)
    async with app.router.lifespan_context(app) as opened:
        state = cast("State", opened)
        served = _with_state(app, state)
        transport = httpx2.ASGITransport(app=served, raise_app_exceptions=False)
        hooks = {"response": [check_answer]}
        async with httpx2.AsyncClient(
            transport=transport, base_url=URL, event_hooks=hooks, cookies=_no_cookies()
        ) as client:
            yield House(state, served, client)


async def check_answer(answer: httpx2.Response) -> None:
    """Holds an answer of the API to what the operation's table promises."""
    operation = operation_of(answer.request.method, answer.request.url.path)
    if operation is None:
        return
    await answer.aread()
    if answer.status_code >= 400 and answer.status_code not in operation.other_statuses:
        assert answer.headers["content-type"] == "application/problem+json"
        assert Problem.model_validate_json(answer.content).status == answer.status_code
        return
    assert answer.status_code in {operation.status, *operation.other_statuses}
    if operation.gives is None:
        assert answer.content == b""
    elif isinstance(operation.gives, str):
        assert answer.headers["content-type"].startswith(operation.gives)
    else:
        TypeAdapter(operation.gives).validate_json(answer.content)


def operation_of(method: str, path: str) -> Operation | None:
    scope: Scope = {"type": "http", "method": method, "path": path}
    for operation in OPERATIONS:
        route = Route(operation.path, _nothing, methods=[operation.method])
        if route.matches(scope)[0] is Match.FULL:
            return operation
    return None


async def _nothing(_request: Any) -> None: ...


def cookie_header(cookies: dict[str, str]) -> dict[str, str]:
    return {"Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items())}


def _member(answer: httpx2.Response) -> Member:
    joined = answer.json()
    return Member(joined["participant"], joined["access_token"], cookies_set_by(answer))


def cookies_set_by(answer: httpx2.Response) -> dict[str, str]:
    pairs = [
        header.partition(";")[0].partition("=") for header in answer.headers.get_list("set-cookie")
    ]
    return {name: value for name, _, value in pairs}


def _no_cookies() -> CookieJar:
    """Forgets what it is told, so that each request shows which cookies it sends."""
    return CookieJar(DefaultCookiePolicy(allowed_domains=[]))


def _with_state(app: Starlette, state: State) -> ASGIApp:
    async def served(scope: Scope, receive: Receive, send: Send) -> None:
        scope["state"] = dict(state)
        await app(scope, receive, send)

    return served
