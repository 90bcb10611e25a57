"""Where an executor listens."""

import asyncio
import os
import socket
import stat
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]
OnConnection = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]

READ_BYTES = 1 << 20
CONNECT_SECONDS = 5.0  # a host that drops what it is sent would have the system try for minutes


@dataclass(frozen=True, slots=True)
class Address:
    """A socket's path, or a host and a port."""

    path: str = ""
    host: str = ""
    port: int = 0

    @classmethod
    def of(cls, url: str) -> "Address":
        """Read `unix:///path` or `tcp://host:port`. Raises ValueError if it is neither."""
        parts = urlsplit(url)
        if parts.scheme == "unix" and parts.path.startswith("/") and not parts.netloc:
            return cls(path=parts.path)
        if parts.scheme == "tcp" and parts.hostname and parts.port is not None:
            return cls(host=parts.hostname, port=parts.port)
        raise ValueError(f"{url!r} is no address such as unix:///path or tcp://host:port")

    def __str__(self) -> str:
        if self.path:
            return f"unix://{self.path}"
        return f"tcp://{f'[{self.host}]' if ':' in self.host else self.host}:{self.port}"

    @property
    def is_local(self) -> bool:
        """Whether the file system says who may connect."""
        return bool(self.path)

    async def connect(self) -> Streams:
        """Connect. Raises OSError if nobody listens."""
        try:
            async with asyncio.timeout(CONNECT_SECONDS):
                return await self._open()
        except TimeoutError:
            raise TimeoutError("nothing answers there") from None

    async def _open(self) -> Streams:
        if self.path:
            return await asyncio.open_unix_connection(self.path, limit=READ_BYTES)
        return await asyncio.open_connection(self.host, self.port, limit=READ_BYTES)

    async def listen(self, on_connection: OnConnection) -> asyncio.Server:
        """Listen; of a socket's path nobody but its owner may connect to it.

        Raises:
            OSError: it can't, for instance because another does.
        """
        if not self.path:
            return await asyncio.start_server(on_connection, self.host, self.port, limit=READ_BYTES)
        listening = await asyncio.to_thread(_bound, self.path)
        return await asyncio.start_unix_server(on_connection, sock=listening, limit=READ_BYTES)


def _bound(path: str) -> socket.socket:
    """Return a socket at a path, in the place of one whose process has gone."""
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    bound = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        _make_way(path)
        os.fchmod(bound.fileno(), 0o600)  # so that there is no moment at which others may
        bound.bind(path)
        os.chmod(path, 0o600)  # where the system did not heed that
    except OSError:
        bound.close()
        raise
    return bound


def _make_way(path: str) -> None:
    if os.path.exists(path) and not stat.S_ISSOCK(os.stat(path).st_mode):
        raise OSError(f"{path} is there already, and is no socket")
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        try:
            probe.connect(path)
        except FileNotFoundError:
            return
        except ConnectionRefusedError:
            os.unlink(path)
            return
    raise OSError(f"another executor listens at {path}")
