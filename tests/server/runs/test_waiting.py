"""Clients that keep the server waiting before anybody knows who they are, over real sockets."""

import asyncio
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx2
import pytest

from collab.errors import CloseCode
from tests.live import LiveServer
from tests.postgres import locked
from tests.server.test_lifecycle import Writer
from tests.socket_client import joined, opened

WAIT_SECONDS = 30.0
ANSWERS = 16  # of a megabyte: more than the buffers of both sides hold
HEALTH = b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"
IMPATIENT = {
    "CODLAB_HEAD_SECONDS": "0.3",
    "CODLAB_BODY_SECONDS": "0.5",
    "CODLAB_HEAD_BYTES": "8KiB",
}
NO_PROXY = {"CODLAB_TRUSTED_PROXIES": "192.0.2.1"}


class Client:
    """A TCP connection."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.writer = writer
        self._reader = reader

    async def answer(self) -> int:
        """The status of the next answer, with its body read."""
        async with asyncio.timeout(WAIT_SECONDS):
            head = (await self._reader.readuntil(b"\r\n\r\n")).lower().split(b"\r\n")
            (length,) = (line for line in head if line.startswith(b"content-length:"))
            await self._reader.readexactly(int(length.partition(b":")[2]))
        return int(head[0].split()[1])

    async def rest(self) -> bytes:
        """All that comes until the server ends the connection."""
        async with asyncio.timeout(WAIT_SECONDS):
            try:
                return await self._reader.read()
            except ConnectionResetError:
                return b""

    async def drip(self, byte: bytes) -> bytes:
        """Sends this again and again, until the server ends the connection; returns its answer."""
        end = asyncio.create_task(self.rest())
        while not end.done():
            self.writer.write(byte)
            await asyncio.wait({end}, timeout=0.02)
        return await end


@asynccontextmanager
async def client(server: LiveServer, start: bytes = b"") -> AsyncGenerator[Client]:
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    try:
        writer.write(start)
        yield Client(reader, writer)
    finally:
        writer.close()


@pytest.fixture(scope="module")
def impatient(tmp_path_factory: pytest.TempPathFactory) -> Generator[LiveServer]:
    with LiveServer(tmp_path_factory.mktemp("impatient"), settings=IMPATIENT) as server:
        yield server


@pytest.fixture
async def others(impatient: LiveServer) -> AsyncGenerator[None]:
    """Somebody who is in a room the whole time, and whose edits are saved before and after."""
    room = impatient.create_room()
    async with joined(room, room.owner) as ada:
        writer = Writer(ada)
        await writer.type("before")
        await writer.saved()
        yield
        await writer.type("after")
        await writer.saved()
        assert (await ada.command("run.resize", run=1, cols=1, rows=1))["error"]


@pytest.mark.usefixtures("others")
class TestSlowClients:
    async def test_one_that_sends_nothing_is_closed_without_a_word(
        self, impatient: LiveServer
    ) -> None:
        async with client(impatient) as silent:
            assert await silent.rest() == b""

    @pytest.mark.parametrize("start", [b"GET /hea", b"GET / HTTP/1.1\r\nHost: x\r\nX-Y: "])
    async def test_half_a_head_is_not_waited_for(self, impatient: LiveServer, start: bytes) -> None:
        async with client(impatient, start) as slow:
            assert b"408 Request Timeout" in await slow.rest()

    @pytest.mark.parametrize("start", [b"GET / HTTP/1.1\r\nX-Slow: ", b""])
    async def test_single_bytes_do_not_put_the_end_off(
        self, impatient: LiveServer, start: bytes
    ) -> None:
        async with client(impatient, start) as slow:
            answer = await slow.drip(b"x" if start else b"\r\n")
            assert answer.startswith((b"HTTP/1.1 408", b"HTTP/1.1 431")) or not start

    async def test_a_second_request_has_a_deadline_of_its_own(self, impatient: LiveServer) -> None:
        async with client(impatient, HEALTH) as slow:
            assert await slow.answer() == 200
            slow.writer.write(HEALTH[:20])
            assert b"408" in await slow.rest()

    @pytest.mark.parametrize(
        "framing",
        [b"Content-Length: 60000", b"Transfer-Encoding: chunked"],
        ids=["length", "chunks"],
    )
    async def test_a_slow_body_is_not_waited_for(
        self, impatient: LiveServer, framing: bytes
    ) -> None:
        head = b"POST /api/rooms HTTP/1.1\r\nHost: x\r\n" + framing + b"\r\n\r\n"
        async with client(impatient, head) as slow:
            answer = await slow.drip(b" " if b"Length" in framing else b"1\r\n \r\n")
            assert b"408 Request Timeout" in answer
            assert b"application/problem+json" in answer

    async def test_a_body_that_nobody_reads_is_not_waited_for_either(
        self, impatient: LiveServer
    ) -> None:
        head = b"POST /none/such HTTP/1.1\r\nHost: x\r\nContent-Length: 60000\r\n\r\n"
        async with client(impatient, head) as slow:
            assert await slow.answer() == 404
            await slow.drip(b" ")

    async def test_an_answer_that_nobody_reads_is_not_kept(self, impatient: LiveServer) -> None:
        text = "".join(f"{number:09}\n" for number in range(100_000))
        room = impatient.create_room(files=[{"path": "big.txt", "text": text}])
        request = (
            f"GET /api/rooms/{room.id}/files/big.txt HTTP/1.1\r\nHost: x\r\n"
            f"Authorization: Bearer {room.owner.access_token}\r\n\r\n"
        )
        async with client(impatient, request.encode() * ANSWERS) as deaf:
            deaf.writer.transport.pause_reading()  # type: ignore[attr-defined]
            await asyncio.to_thread(impatient.logged, 1, "the answer is not read")
            deaf.writer.transport.resume_reading()  # type: ignore[attr-defined]
            assert len(await deaf.rest()) < ANSWERS * len(text)


class TestLargeHeads:
    @pytest.mark.parametrize(
        "head",
        [
            b"GET /" + b"x" * 9000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
            b"GET / HTTP/1.1\r\nX-Large: " + b"x" * 9000 + b"\r\n\r\n",
            b"GET / HTTP/1.1\r\n" + b"X-Many: 1\r\n" * 101 + b"\r\n",
            b"GET / HTTP/1.1\r\nX-Endless: " + b"x" * 9000,
        ],
        ids=["address", "header", "count", "unfinished"],
    )
    async def test_they_are_refused(self, impatient: LiveServer, head: bytes) -> None:
        async with client(impatient, head) as greedy:
            assert b"431 Request Header Fields Too Large" in await greedy.rest()

    async def test_a_trailer_counts_as_well(self, live_server: LiveServer) -> None:
        head = b"POST /api/rooms HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nX: "
        async with client(live_server, head) as greedy:
            assert b"431 Request Header Fields Too Large" in await greedy.drip(b"x" * 1000)

    async def test_a_handshake_that_is_too_long_for_websockets_is_answered(
        self, live_server: LiveServer
    ) -> None:
        head = (
            b"GET /collab/x HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
            b"Sec-WebSocket-Protocol: " + b"x" * 9000 + b"\r\n\r\n"
        )
        async with client(live_server, head) as greedy:
            assert b"HTTP/1.1 4" in await greedy.rest()

    async def test_what_is_no_request_is_a_problem(self, impatient: LiveServer) -> None:
        async with client(impatient, b"\x16\x03\x01\x02\x00\r\n\r\n") as stranger:
            answer = await stranger.rest()
            assert b"400 Bad Request" in answer
            assert b"application/problem+json" in answer


async def test_who_leaves_in_the_middle_of_a_body_is_no_defect(live_server: LiveServer) -> None:
    head = b"POST /api/rooms HTTP/1.1\r\nHost: x\r\nContent-Length: 60000\r\n\r\n{"
    async with client(live_server, head):
        pass
    lines = await asyncio.to_thread(live_server.logged, 1, "POST /api/rooms", '"status": 499')
    assert lines[0]["level"] == "info"


@pytest.mark.parametrize(
    "limits",
    [
        {"CODLAB_GUEST_CONNECTIONS": "5"},
        {"CODLAB_GUEST_CONNECTIONS_PER_ADDRESS": "5"} | NO_PROXY,
    ],
    ids=["in all", "per address"],
)
async def test_who_keeps_a_full_server_waiting_longest_has_to_go(
    tmp_path: Path, limits: dict[str, str]
) -> None:
    with LiveServer(tmp_path, settings=limits) as server:
        room = server.create_room()
        async with joined(room, room.owner) as ada, client(server) as first:
            async with (
                client(server, HEALTH) as second,
                client(server) as third,
                client(server) as fourth,
                client(server) as fifth,
            ):
                assert await second.answer() == 200
                async with client(server, HEALTH) as newcomer:
                    assert await newcomer.answer() == 200
                    assert await first.rest() == b""
                    for other in (second, third, fourth, fifth):
                        other.writer.write(HEALTH)
                        assert await other.answer() == 200
            writer = Writer(ada)
            await writer.type("undisturbed")
            await writer.saved()
        assert "codlab_guests_turned_out 1.0" in httpx2.get(f"{server.url}/metrics").text


async def test_a_proxy_is_not_one_client(tmp_path: Path) -> None:
    limits = {"CODLAB_GUEST_CONNECTIONS_PER_ADDRESS": "1"}
    with LiveServer(tmp_path, settings=limits) as server:
        async with client(server) as one, client(server) as two, client(server) as three:
            for each in (one, two, three):
                each.writer.write(HEALTH)
                assert await each.answer() == 200


async def test_a_handshake_does_not_wait_for_ever_for_the_database(
    tmp_path: Path, postgres_database: str
) -> None:
    limits = {"CODLAB_DATABASE_URL": postgres_database, "CODLAB_HANDSHAKE_SECONDS": "3"}
    with LiveServer(tmp_path, settings=limits) as server:
        room = server.create_room()
        async with joined(room, room.owner) as ada:
            async with locked(postgres_database, "participants"):
                async with opened(room, room.owner.access_token) as unlucky:
                    assert await unlucky.close_code() == CloseCode.TRY_AGAIN
                writer = Writer(ada)
                await writer.type("undisturbed")
                await writer.saved()
            async with joined(room, room.owner) as lucky:
                assert lucky.events
