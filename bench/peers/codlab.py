"""This product, as it is installed: authentication, scanner and durable saving on."""

import json
import os
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

from bench.peers.peer import ROOT, Running, Seat, free_port, process

DISTINCT_PARTICIPANTS = 1600
"""Up to so many connections, everybody joins the room by its link; more share a room's token."""
DOORS = 2  # a server on one core gains nothing from more callers
MANY_PER_MINUTE = "1000000"


class CodLab:
    """`codlab serve` on a fresh SQLite database."""

    name = "codlab"
    speaks_hocuspocus = False
    connecting_at_once = 64

    @contextmanager
    def run(self, scratch: Path) -> Iterator[Running]:
        """See `Peer.run`."""
        port = free_port()
        settings = {
            "CODLAB_HOST": "127.0.0.1",
            "CODLAB_PORT": str(port),
            "CODLAB_DATA_DIR": str(scratch / "data"),
            "CODLAB_LOG_LEVEL": "warning",
            "CODLAB_ROOMS_PER_MINUTE": MANY_PER_MINUTE,
            "CODLAB_JOINS_PER_MINUTE": MANY_PER_MINUTE,
            "PYTHONPATH": str(ROOT),
        }
        command = [sys.executable, "-m", "server", "serve"]
        with process(command, port, scratch, environment=os.environ | settings) as server:
            yield server

    def seats(self, server: Running, rooms: int, per_room: int) -> Sequence[Seat]:
        """See `Peer.seats`; the first seat of a room is its owner's."""
        shared = rooms * per_room > DISTINCT_PARTICIPANTS

        def furnish(number: int) -> list[Seat]:
            door = HTTPConnection("127.0.0.1", server.port, timeout=60)
            room = _post(door, "/api/rooms", {"title": f"Room {number}", "name": "Host"})
            path = f"/api/rooms/{room['room']['id']}/join"
            secret = room["links"]["editor"].partition("#")[2]
            tokens = [room["access_token"]] * (per_room if shared else 1)
            while len(tokens) < per_room:
                name = f"Student {len(tokens)}"
                joined = _post(door, path, {"secret": secret, "name": name})
                tokens.append(joined["access_token"])
            door.close()
            return [
                Seat(number, f"/collab/{room['room']['id']}", None, f"codlab.bearer.{token}")
                for token in tokens
            ]

        with ThreadPoolExecutor(DOORS) as callers:
            return [seat for seats in callers.map(furnish, range(rooms)) for seat in seats]


def _post(door: HTTPConnection, path: str, body: dict[str, object]) -> dict[str, Any]:
    door.request("POST", path, json.dumps(body), {"Content-Type": "application/json"})
    answer = door.getresponse()
    content = answer.read()
    if answer.status >= 300:
        raise RuntimeError(f"POST {path}: {answer.status} {content[:300]!r}")
    decoded: dict[str, Any] = json.loads(content)
    return decoded
