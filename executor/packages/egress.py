"""The proxy that installing sandboxes speak to: it connects to the hosts on its list, and logs."""

import asyncio
import ipaddress
import logging
import re
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import urlsplit

from executor.packages.tunnels import Tunnel

log = logging.getLogger(__name__)

MAX_HEAD_BYTES = 16 << 10
READ_BYTES = 64 << 10
CONNECT_SECONDS = 20
DEFAULT_PORTS = {"https": 443, "http": 80}
_CONNECT = re.compile(
    rb"CONNECT (?P<host>[^\s:/]+|\[[^\s\]]+\]):(?P<port>\d{1,5}) HTTP/1\.[01]\r\n"
)
_ABSOLUTE = re.compile(
    rb"(?P<method>[A-Z]+) (?P<url>http://[^\s/]+)(?P<path>/\S*)? (?P<version>HTTP/1\.[01])\r\n"
)


@dataclass(frozen=True, slots=True)
class Host:
    """Where packages may come from."""

    name: str
    port: int

    @classmethod
    def of(cls, address: str) -> "Host":
        """Return the host of an index's address. Raises ValueError if it is none."""
        parts = urlsplit(address)
        if parts.scheme not in DEFAULT_PORTS or not parts.hostname:
            raise ValueError(f"{address!r} is no address such as https://packages.example.org")
        return cls(parts.hostname, parts.port or DEFAULT_PORTS[parts.scheme])


@dataclass(frozen=True, slots=True)
class _Request:
    """The head of a client's first request, and what is to be passed on of what came with it."""

    host: Host
    rest: bytes
    wants_tunnel: bool


class Egress:
    """The way out of one sandbox.

    Args:
        hosts: to which it may lead.
        max_bytes: that may come in; then it shuts.
        room: on whose behalf, for the log.
        on_received: gets how much has come in, whenever something has.
    """

    def __init__(
        self,
        hosts: Iterable[Host],
        max_bytes: int,
        room: str,
        on_received: Callable[[int], None],
    ) -> None:
        self._hosts = frozenset(hosts)
        self._max_bytes = max_bytes
        self._room = room
        self._on_received = on_received
        self.received_bytes = 0
        self._refused: set[str] = set()
        self._unreachable: set[str] = set()

    @property
    def is_exhausted(self) -> bool:
        """Whether more came in than may."""
        return self.received_bytes > self._max_bytes

    @property
    def trouble(self) -> str:
        """What kept a client from its files, in words; empty if nothing did."""
        if self._unreachable:
            return f"{_listed(self._unreachable)} can't be reached from this server"
        if self._refused:
            return f"files from {_listed(self._refused)} are not allowed here"
        return ""

    async def serve(self, client: Tunnel) -> None:
        """See one connection through."""
        request = await _read_request(client)
        if request is None:
            await client.write(_answer(400, "Bad Request"))
        elif request.host not in self._hosts:
            self._refused.add(request.host.name)
            self._log("refused", request.host)
            await client.write(_answer(403, "Forbidden"))
        else:
            await self._connect(client, request)

    async def _connect(self, client: Tunnel, request: _Request) -> None:
        host = request.host
        try:
            async with asyncio.timeout(CONNECT_SECONDS):
                reader, writer = await asyncio.open_connection(host.name, host.port)
        except OSError as error:  # a timeout and a name that is not known are ones, too
            self._unreachable.add(host.name)
            self._log(f"unreachable ({error})", host)
            await client.write(_answer(502, "Bad Gateway"))
            return
        before = self.received_bytes
        try:
            if _leads_back(host, writer.get_extra_info("peername")[0]):
                self._refused.add(host.name)
                self._log("refused, being on this machine or its link", host)
                await client.write(_answer(403, "Forbidden"))
                return
            if request.wants_tunnel:
                await client.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
            writer.write(request.rest)
            await self._pass_both_ways(client, reader, writer)
        finally:
            writer.transport.abort()
            self._log("served", host, self.received_bytes - before)

    async def _pass_both_ways(
        self, client: Tunnel, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        """Until either side has no more to say."""
        ways = [
            asyncio.ensure_future(_pass_out(client, writer)),
            asyncio.ensure_future(self._pass_in(reader, client)),
        ]
        try:
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for way in ways:
                way.cancel()
            await asyncio.gather(*ways, return_exceptions=True)

    async def _pass_in(self, reader: asyncio.StreamReader, client: Tunnel) -> None:
        with suppress(ConnectionError):  # as good as its end: TLS tells a cut from an end
            while data := await reader.read(READ_BYTES):
                self.received_bytes += len(data)
                self._on_received(self.received_bytes)
                if self.is_exhausted:
                    return
                await client.write(data)

    def _log(self, verdict: str, host: Host, received: int = 0) -> None:
        log.info(
            "package egress %s: %s:%d, room %s, %d bytes",
            *(verdict, host.name, host.port, self._room, received),
        )


def _leads_back(host: Host, address: str) -> bool:
    """Whether a name leads to the server itself, or to its link, where clouds have their metadata.

    Nobody who configured it meant that; an address, or `localhost`, does mean what it says.
    """
    found = ipaddress.ip_address(address.partition("%")[0])
    found = getattr(found, "ipv4_mapped", None) or found
    if host.name in {str(found), "localhost"}:
        return False
    return found.is_loopback or found.is_link_local or found.is_unspecified


def _listed(names: Iterable[str]) -> str:
    return " and ".join(sorted(names))


async def _pass_out(client: Tunnel, writer: asyncio.StreamWriter) -> None:
    with suppress(ConnectionError):
        while data := await client.read():
            writer.write(data)
            await writer.drain()


async def _read_request(client: Tunnel) -> _Request | None:
    """Return what the client asks for; None if that is nothing that a proxy does."""
    head = b""
    while b"\r\n\r\n" not in head:
        data = await client.read()
        head += data
        if not data or len(head) > MAX_HEAD_BYTES:
            return None
    if found := _CONNECT.match(head):
        name = found["host"].decode("ascii", "replace").strip("[]").lower()
        _, _, rest = head.partition(b"\r\n\r\n")
        return _Request(Host(name, int(found["port"])), rest, wants_tunnel=True)
    if found := _ABSOLUTE.match(head):
        return _plain(found, head)
    return None


def _plain(found: re.Match[bytes], head: bytes) -> _Request | None:
    """A request without TLS, whose first line names the host; origins don't expect that."""
    try:
        host = Host.of(found["url"].decode("ascii"))
    except ValueError:
        return None
    line = b"%s %s %s\r\n" % (found["method"], found["path"] or b"/", found["version"])
    return _Request(host, line + head[found.end() :], wants_tunnel=False)


def _answer(status: int, reason: str) -> bytes:
    return f"HTTP/1.1 {status} {reason}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".encode()
