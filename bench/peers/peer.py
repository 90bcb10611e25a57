"""What is measured: a server that people can be sent to."""

import socket
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from bench.machine import SERVER_CPU, pinned, prefer

ROOT = Path(__file__).parents[2]
START_SECONDS = 30.0
STOP_SECONDS = 5.0
PRIORITY = -15
LOG = "server.log"


@dataclass(frozen=True, slots=True)
class Seat:
    """How one connection reaches its room."""

    room: int
    path: str
    document: str | None = None
    """The room's name within the protocol, where it is not in the path."""
    subprotocol: str | None = None


@dataclass(frozen=True, slots=True)
class Running:
    """A server that takes connections."""

    port: int
    pid: int


class Peer(Protocol):
    """A kind of server."""

    @property
    def name(self) -> str:
        """What the tables call it."""

    @property
    def speaks_hocuspocus(self) -> bool:
        """Whether its messages start with the room's name."""

    @property
    def connecting_at_once(self) -> int:
        """How many may be on their way in at a time."""

    @contextmanager
    def run(self, scratch: Path) -> Iterator[Running]:
        """Runs the server on its core meanwhile; what it writes goes to the scratch directory."""

    def seats(self, server: Running, rooms: int, per_room: int) -> Sequence[Seat]:
        """Makes rooms ready and finds seats in them, room by room."""


def free_port() -> int:
    """A TCP port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def process(
    command: Sequence[str | Path],
    port: int,
    scratch: Path,
    *,
    environment: Mapping[str, str],
) -> Iterator[Running]:
    """Runs a server's command on its core, from when its port answers.

    Raises:
        RuntimeError: it does not come to answer; the message holds its log.
    """
    with (scratch / LOG).open("wb") as output:
        server = subprocess.Popen(
            [*pinned(SERVER_CPU), *command],
            cwd=scratch,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    prefer(server.pid, PRIORITY)
    try:
        _await_port(server, port, scratch)
        yield Running(port, server.pid)
    finally:
        server.terminate()
        try:
            server.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def log_end(scratch: Path) -> str:
    """The last lines that a server wrote there."""
    return (scratch / LOG).read_text(errors="replace")[-2000:]


def _await_port(server: subprocess.Popen[bytes], port: int, scratch: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while server.poll() is None and time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise RuntimeError(f"{server.args!r} did not come to answer:\n{log_end(scratch)}")
