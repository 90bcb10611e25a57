"""How long people wait for a room: in browsers, and many programs at once."""

import asyncio
import time
from collections import defaultdict
from dataclasses import dataclass

import httpx2
from playwright.sync_api import Browser
from websockets.asyncio.client import ClientConnection

from bench.rooms_pages import arriving, create_room, introduce, present
from bench.rooms_table import Rows
from tests.crash.typist import Replica, open_socket
from tests.live import LiveRoom, LiveServer, Member

LIMIT_SECONDS = 60.0


def in_browsers(browser: Browser, server: LiveServer, rounds: int) -> Rows:
    """Joins a room in which somebody is, with a new browser each time, and reloads the page."""
    asked, joined, back = [], [], []
    room = create_room(server)
    with present(browser, room):
        for _ in range(rounds):
            with arriving(browser, room) as person:
                asked.append(person.note("asked")["at"] - person.note("started"))
                introduce(person)
                joined.append(person.note("usable")["at"] - person.clicked_at())
                person.page.reload()
                back.append(person.note("usable")["at"] - person.note("started"))
    return {
        "link opened to the question for a name": asked,
        "click on Join to a usable room": joined,
        "page reloaded to a usable room": back,
    }


def of_programs(server: LiveServer, people: int, rounds: int) -> Rows:
    """Joins by as many programs at once: an HTTP request each, a socket, and the whole text."""
    room = create_room(server)
    crowds = [asyncio.run(_crowd(room, people)) for _ in range(rounds + 1)][1:]
    rows: dict[str, list[float]] = defaultdict(list)
    for crowd in crowds:
        rows[f"{people} programs at once: HTTP join"] += [one.admitted for one in crowd]
        rows[f"{people} programs at once: HTTP join, socket, text"] += [one.synced for one in crowd]
        rows[f"{people} programs at once: until the last has it"].append(
            max(one.synced for one in crowd)
        )
    return rows


@dataclass(frozen=True, slots=True)
class Entrance:
    """Milliseconds since all set out."""

    admitted: float
    synced: float


async def _crowd(room: LiveRoom, people: int) -> list[Entrance]:
    fresh = httpx2.Limits(max_connections=people, max_keepalive_connections=0)
    async with (
        httpx2.AsyncClient(limits=fresh, timeout=LIMIT_SECONDS) as client,
        asyncio.timeout(LIMIT_SECONDS),
    ):
        together = asyncio.Barrier(people)
        began = time.perf_counter()
        return await asyncio.gather(
            *(_enter(room, client, f"Guest {number}", began, together) for number in range(people))
        )


async def _enter(
    room: LiveRoom, client: httpx2.AsyncClient, name: str, began: float, together: asyncio.Barrier
) -> Entrance:
    """Joins, has the text, and leaves when all have."""
    secret = room.links["editor"].partition("#")[2]
    answer = await client.post(
        f"{room.server.url}/api/rooms/{room.id}/join", json={"secret": secret, "name": name}
    )
    body = answer.raise_for_status().json()
    admitted = _milliseconds_since(began)
    async with open_socket(room, Member(body["participant"], body["access_token"])) as socket:
        replica = Replica(socket)
        await replica.ask()
        while not replica.synced.is_set():
            await replica.take(await socket.recv())
        synced = _milliseconds_since(began)
        reading = asyncio.create_task(_read_on(socket))
        await together.wait()
        await socket.close()
        await reading
    return Entrance(admitted, synced)


async def _read_on(socket: ClientConnection) -> None:
    """Until the end: a socket that nobody reads cannot close in good order."""
    async for _ in socket:
        pass


def _milliseconds_since(began: float) -> float:
    return (time.perf_counter() - began) * 1000
