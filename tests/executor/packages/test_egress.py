"""The proxy of installing sandboxes: whom it connects to, what it logs, when it shuts."""

import asyncio
import logging
import socket
from collections.abc import AsyncGenerator

import pytest

from executor.packages.egress import Egress, Host
from executor.packages.relay import (
    HEADER,
    WINDOW_BYTES,
    RelayFrame,
    RelayKind,
    RelayReader,
)
from executor.packages.tunnels import MAX_UNREAD_BYTES, Tunnel, Tunnels

MIB = 1 << 20


class Client:
    """A relay with one client: what it says, and what it was told."""

    def __init__(self, egress: Egress) -> None:
        self.tunnels = Tunnels(self._take, egress.serve)
        self.told = bytearray()
        self.is_closed = False
        self.takes = True
        self._reader = RelayReader()
        self._changed = asyncio.Event()

    def open(self) -> None:
        self.tunnels.feed(HEADER.pack(RelayKind.OPENED, 7, 0))

    def say(self, data: bytes) -> None:
        self.tunnels.feed(HEADER.pack(RelayKind.DATA, 7, len(data)) + data)

    def go(self) -> None:
        self.tunnels.feed(HEADER.pack(RelayKind.CLOSED, 7, 0))

    def take(self, count: int) -> None:
        for _ in range(count // MAX_NUMBER + 1):
            part = min(count, MAX_NUMBER)
            count -= part
            self.tunnels.feed(HEADER.pack(RelayKind.WRITTEN, 7, part))

    async def told_all(self) -> bytes:
        """All that it was told until the connection was closed."""
        while not self.is_closed:
            await self.change()
        return bytes(self.told)

    async def change(self) -> None:
        self._changed.clear()
        await self._changed.wait()

    async def _take(self, data: bytes) -> None:
        for frame in self._reader.feed(data):
            self.told += frame.content
            self.is_closed |= frame.kind is RelayKind.CLOSED
            if self.takes and frame.content:
                self.take(len(frame.content))
        self._changed.set()


MAX_NUMBER = 0xFFFF


@pytest.fixture
async def origin() -> AsyncGenerator[int]:
    """A server that answers a line with itself, and `flood` with 2 MiB; returns its port."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        line = await reader.readline()
        writer.write(b"x" * 2 * MIB if line == b"flood\n" else line)
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(serve, "127.0.0.1", 0) as server:
        yield server.sockets[0].getsockname()[1]


def egress_to(port: int, max_bytes: int = 8 * MIB) -> Egress:
    return Egress({Host("127.0.0.1", port)}, max_bytes, "room", lambda _: None)


async def ask(egress: Egress, head: bytes, rest: bytes = b"") -> bytes:
    client = Client(egress)
    async with client.tunnels:
        client.open()
        client.say(head)
        if rest:
            client.say(rest)
        async with asyncio.timeout(20):
            return await client.told_all()


async def test_a_host_on_the_list_is_reached_and_logged(
    origin: int, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO):
        head = f"CONNECT 127.0.0.1:{origin} HTTP/1.1\r\nHost: x\r\n\r\n".encode()
        told = await ask(egress_to(origin), head, b"hello\n")
    assert told == b"HTTP/1.1 200 Connection established\r\n\r\nhello\n"
    assert f"served: 127.0.0.1:{origin}, room room, 6 bytes" in caplog.text


async def test_a_mirror_without_tls_is_reached_with_a_request_of_its_own(origin: int) -> None:
    head = f"GET http://127.0.0.1:{origin}/simple/six/ HTTP/1.1\r\nHost: x\r\n\r\n".encode()
    assert await ask(egress_to(origin), head) == b"GET /simple/six/ HTTP/1.1\r\n"


@pytest.mark.parametrize(
    "target",
    ["127.0.0.1:{other}", "localhost:{port}", "169.254.169.254:80", "127.1:{port}", "[::1]:{port}"],
)
async def test_any_other_is_refused_and_logged(
    origin: int, target: str, caplog: pytest.LogCaptureFixture
) -> None:
    egress = egress_to(origin)
    with caplog.at_level(logging.INFO):
        address = target.format(port=origin, other=origin + 1)
        told = await ask(egress, f"CONNECT {address} HTTP/1.1\r\n\r\n".encode())
    assert told.startswith(b"HTTP/1.1 403 ")
    assert "refused" in caplog.text
    assert "not allowed here" in egress.trouble


@pytest.mark.parametrize(
    "head",
    [
        b"GET / HTTP/1.1\r\n\r\n",
        b"CONNECT x HTTP/1.1\r\n\r\n",
        b"CONNECT x:99999999 HTTP/1.1\r\n\r\n",
        b"GET ftp://x/ HTTP/1.1\r\n\r\n",
        b"GET http://[x/ HTTP/1.1\r\n\r\n",
        b"GET http://x:99999/ HTTP/1.1\r\n\r\n",
        b"\x16\x03\x01 not http\r\n\r\n",
        b"x" * (17 << 10),
    ],
)
async def test_what_is_no_request_of_a_proxy_is_answered_so(origin: int, head: bytes) -> None:
    assert (await ask(egress_to(origin), head)).startswith(b"HTTP/1.1 400 ")


async def test_a_host_that_does_not_answer_is_named() -> None:
    egress = egress_to(9)
    told = await ask(egress, b"CONNECT 127.0.0.1:9 HTTP/1.1\r\n\r\n")
    assert told.startswith(b"HTTP/1.1 502 ")
    assert egress.trouble == "127.0.0.1 can't be reached from this server"


async def test_it_shuts_when_too_much_has_come(origin: int) -> None:
    egress = egress_to(origin, max_bytes=MIB)
    head = f"CONNECT 127.0.0.1:{origin} HTTP/1.1\r\n\r\n".encode()
    told = await ask(egress, head, b"flood\n")
    assert egress.is_exhausted
    assert len(told) <= MIB + 100


async def test_a_client_that_does_not_read_is_sent_a_window_and_no_more(origin: int) -> None:
    client = Client(egress_to(origin))
    client.takes = False
    async with client.tunnels, asyncio.timeout(20):
        client.open()
        client.say(f"CONNECT 127.0.0.1:{origin} HTTP/1.1\r\n\r\n".encode())
        client.say(b"flood\n")
        while len(client.told) < WINDOW_BYTES:
            await client.change()
        assert len(client.told) == WINDOW_BYTES
        client.takes = True
        client.take(WINDOW_BYTES)
        told = await client.told_all()
    assert len(told) == 2 * MIB + len(b"HTTP/1.1 200 Connection established\r\n\r\n")


async def test_a_client_that_goes_ends_its_connection(origin: int) -> None:
    client = Client(egress_to(origin))
    async with client.tunnels, asyncio.timeout(20):
        client.open()
        client.say(f"CONNECT 127.0.0.1:{origin} HTTP/1.1\r\n\r\n".encode())
        while not client.told:
            await client.change()
        client.go()
        await client.told_all()


@pytest.mark.parametrize("address", ["127.0.0.1", "::ffff:127.0.0.1"])
async def test_a_name_on_the_list_that_leads_to_this_machine_is_refused(
    origin: int, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = socket.getaddrinfo
    monkeypatch.setattr(
        socket, "getaddrinfo", lambda _, *more, **named: real(address, *more, **named)
    )
    egress = Egress({Host("index.example", origin)}, MIB, "room", lambda _: None)
    told = await ask(egress, f"CONNECT index.example:{origin} HTTP/1.1\r\n\r\n".encode())
    assert told.startswith(b"HTTP/1.1 403 ")
    egress = Egress({Host("localhost", origin)}, MIB, "room", lambda _: None)
    told = await ask(egress, f"CONNECT localhost:{origin} HTTP/1.1\r\n\r\n".encode(), b"hi\n")
    assert told.endswith(b"hi\n")


async def test_nobody_can_make_the_server_hold_more_than_so_much(origin: int) -> None:
    client = Client(egress_to(origin))
    async with client.tunnels:
        client.open()
        with pytest.raises(ValueError, match="open already"):
            client.open()
        tunnel = Tunnel(1, client._take)
        for _ in range(3):
            tunnel.heard(RelayFrame(RelayKind.DATA, 1, MAX_UNREAD_BYTES, b"x" * MAX_UNREAD_BYTES))
        held = [await tunnel.read() for _ in range(3)]
    assert [len(data) for data in held] == [MAX_UNREAD_BYTES, MAX_UNREAD_BYTES, 0]


def test_frames_come_in_any_pieces() -> None:
    stream = HEADER.pack(RelayKind.OPENED, 1, 0) + HEADER.pack(RelayKind.DATA, 1, 3) + b"abc"
    stream += HEADER.pack(RelayKind.WRITTEN, 1, 9) + HEADER.pack(RelayKind.CLOSED, 1, 0)
    for size in range(1, len(stream) + 1):
        reader = RelayReader()
        pieces = [stream[at : at + size] for at in range(0, len(stream), size)]
        frames = [frame for piece in pieces for frame in reader.feed(piece)]
        assert frames == [
            RelayFrame(RelayKind.OPENED, 1, 0),
            RelayFrame(RelayKind.DATA, 1, 3, b"abc"),
            RelayFrame(RelayKind.WRITTEN, 1, 9),
            RelayFrame(RelayKind.CLOSED, 1, 0),
        ]
