"""Who is let in by an executor, and what it takes from peers that say what none should."""

import asyncio
import socket
import struct
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from executor.errors import EngineUnavailable, ExecutorError
from executor.languages import Runtime
from executor.remote import greeting, link, wire
from executor.remote.address import Address
from executor.remote.caller import Caller
from executor.remote.greeting import Refused
from executor.run import RunLimits
from executor.runner import Runner
from tests.executor import programs
from tests.executor.fake_sandbox import FakeSandboxes
from tests.executor.remote.desk import submitted, until
from tests.executor.remote.separate import SECRET, Separate, separated


@pytest.fixture
async def separate() -> AsyncGenerator[Separate]:
    sandboxes = FakeSandboxes(programs.BEHAVIOURS)
    async with (
        Runner(sandboxes, RunLimits(), concurrent_runs=2, queued_runs=4) as runner,
        separated(runner) as separate,
    ):
        yield separate


class Peer:
    """A connection that says what the test wants."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer

    def say(self, head: Any, body: bytes = b"") -> None:
        self.writer.writelines(wire.encode(head, body))

    async def hear(self) -> Any:
        message = await wire.read(self.reader, wire.PEERS)
        return None if message is None else message.head

    async def introduce(self, secret: str = SECRET, instance: str = "peer") -> Any:
        return await greeting.introduce(self.reader, self.writer, instance, secret)

    async def is_hung_up_on(self) -> bool:
        try:
            while await self.reader.read(1 << 16):
                pass
        except ConnectionError:
            pass
        return True


@asynccontextmanager
async def peer_of(separate: Separate) -> AsyncGenerator[Peer]:
    reader, writer = await separate.address.connect()
    try:
        yield Peer(reader, writer)
    finally:
        writer.transport.abort()


async def test_the_secret_is_needed_and_never_told(
    separate: Separate, caplog: pytest.LogCaptureFixture
) -> None:
    async with peer_of(separate) as peer:
        with pytest.raises(Refused, match="the secret is wrong"):
            await peer.introduce("another secret")
        assert await peer.is_hung_up_on()
    async with peer_of(separate) as peer:
        assert (await peer.introduce())["welcome"] is True
    caller = Caller(separate.address, "one", "another secret")
    async with caller:
        with pytest.raises(EngineUnavailable, match=r"sock can't be used: the secret is wrong$"):
            await caller.call("engine")
    assert "a server is not let in: the secret is wrong" in caplog.text
    assert SECRET not in caplog.text


async def test_a_port_can_be_listened_at(separate: Separate) -> None:
    at_port = Separate(separate.services.runner, Path(), separate.engine)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        at_port.address = Address(host="127.0.0.1", port=probe.getsockname()[1])
    async with at_port.listening(), at_port.server():
        assert (await at_port.caller.call("engine")).ok["engine"] == "Fake 1"


async def test_another_version_is_refused_in_words(separate: Separate, tmp_path: Path) -> None:
    async with peer_of(separate) as peer:
        assert (await peer.hear())["version"] == 1
        peer.say({"version": 2, "instance": "one", "nonce": "0", "proof": "0"})
        assert await peer.hear() == {"refused": "this executor speaks version 1, not 2"}

    async def of_tomorrow(peer: Peer) -> None:
        peer.say({"codlab": "executor", "version": 2, "nonce": "1"})

    with pytest.raises(Refused, match="it speaks version 2, this server 1"):
        await introduced_to(of_tomorrow, tmp_path)


async def test_an_executor_that_does_not_know_the_secret_is_none(tmp_path: Path) -> None:
    """Else whoever gets at the address would be sent what people write."""

    async def pretend(peer: Peer) -> None:
        peer.say({"codlab": "executor", "version": 1, "nonce": "1"})
        told = await peer.hear()
        peer.say({"welcome": True, "proof": told["proof"], "runs": [], "load": {}})

    with pytest.raises(Refused, match="does not know the secret"):
        await introduced_to(pretend, tmp_path)


async def introduced_to(executor: Callable[[Peer], Awaitable[None]], directory: Path) -> None:
    """Introduces a server to what an executor is not."""

    async def attend(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await executor(Peer(reader, writer))
        finally:
            writer.close()

    address = Address(path=str(directory / "false.sock"))
    server = await address.listen(attend)
    try:
        reader, writer = await address.connect()
        try:
            await greeting.introduce(reader, writer, "one", SECRET)
        finally:
            writer.close()
    finally:
        server.close()


GARBAGE = [
    b"GET / HTTP/1.1\r\nHost: executor\r\n\r\n",
    struct.pack("!II", 4097, 0),
    struct.pack("!II", 2, 1) + b"{}x",
    struct.pack("!II", 3, 0) + b"{{{",
    struct.pack("!II", 2, 0) + b"[]",
    b"".join(wire.encode({"version": 1, "instance": 7, "nonce": "0", "proof": "0"})),
    b"".join(wire.encode({"version": 1, "instance": "x" * 65, "nonce": "0", "proof": "0"})),
    b"".join(wire.encode({"version": 1, "instance": "a\nb", "nonce": "0", "proof": "é"})),
]


@pytest.mark.parametrize("garbage", GARBAGE)
async def test_a_stranger_that_talks_nonsense_is_hung_up_on(
    separate: Separate, garbage: bytes
) -> None:
    async with peer_of(separate) as peer:
        peer.writer.write(garbage)
        assert await peer.is_hung_up_on()


async def test_a_stranger_that_says_nothing_is_hung_up_on(
    separate: Separate, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(greeting, "GREETING_SECONDS", 0.02)
    async with peer_of(separate) as peer:
        assert await peer.is_hung_up_on()


async def test_strangers_can_not_keep_servers_out(
    separate: Separate, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("executor.remote.host.MAX_STRANGERS", 1)
    async with separate.server(), peer_of(separate) as stranger:
        await stranger.hear()
        async with peer_of(separate) as peer:
            assert (await peer.introduce())["welcome"] is True
        assert await stranger.is_hung_up_on()
        assert separate.caller.link is not None


async def test_only_so_many_servers_are_taken(
    separate: Separate, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("executor.remote.host.MAX_SERVERS", 1)
    async with peer_of(separate) as first:
        await first.introduce()
        async with peer_of(separate) as second:
            with pytest.raises(Refused, match="there are too many servers already"):
                await second.introduce()
        first.say({"call": 1, "do": "engine"})
        assert "answer" in await first.hear()


NONSENSE: list[Any] = [
    {},
    {"tell": "no such thing"},
    {"tell": "submit", "run": "a"},
    {"tell": "submit", "run": "a", "runtime": "python", "is_debugged": False, "files": 7},
    {"tell": "expect"},
    {"tell": "follow"},
    {"call": "one", "do": "engine"},
    {"tell": 7},
]


@pytest.mark.parametrize("nonsense", NONSENSE)
async def test_a_server_that_talks_nonsense_costs_itself_only(
    separate: Separate, python: Runtime, nonsense: Any
) -> None:
    async with separate.server() as runs:
        _, recorder = submitted(runs, python, programs.WAIT_FOR_EVER)
        await recorder.says("waiting")
        async with peer_of(separate) as peer:
            await peer.introduce()
            peer.say(nonsense)
            assert await peer.is_hung_up_on()
        _, other = submitted(runs, python, programs.HELLO)
        assert await other.outcome() == "exited(0)"
        assert not recorder.is_finished


REFUSED: list[dict[str, Any]] = [
    {"do": "no such thing"},
    {"do": "states"},
    {"do": "build", "runtime": "no such language"},
    {"do": "session", "run": "none", "command": "next", "arguments": {}},
    {"do": "install", "runtime": "python", "kept": 7},
    {"do": "adopt"},
]


async def test_a_call_that_is_nonsense_is_answered_with_an_error(separate: Separate) -> None:
    async with peer_of(separate) as peer:
        await peer.introduce()
        for number, call in enumerate(REFUSED):
            peer.say({"call": number, **call})
            while "answer" not in (told := await peer.hear()):
                pass
            assert told["answer"] == number
            assert told["error"][1]


async def test_what_can_not_be_told_is_a_defect_and_not_waited_for(
    separate: Separate, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(separate.engine, "states", untold)
    async with separate.server():
        with pytest.raises(ExecutorError, match="failed to do this; it has logged why"):
            await separate.caller.call("states", runtimes=["python"])


async def untold(_: object) -> dict[str, str]:
    return {"python": "\udcff"}


async def test_a_frame_is_bounded(separate: Separate) -> None:
    async with peer_of(separate) as peer:
        await peer.introduce()
        peer.writer.write(struct.pack("!II", 10, wire.PEERS.body_bytes + 1))
        assert await peer.is_hung_up_on()


async def test_a_server_that_asks_for_more_and_more_is_hung_up_on(
    separate: Separate, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(link, "MAX_CALLS", 3)
    separate.engine.may_answer.clear()
    async with peer_of(separate) as peer:
        await peer.introduce()
        for number in range(4):
            peer.say({"call": number, "do": "engine"})
        assert await peer.is_hung_up_on()


async def test_a_server_that_does_not_read_is_hung_up_on(
    separate: Separate, python: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with separate.server("peer") as runs:
        submitted(runs, python, programs.WAIT_FOR_EVER, keepsake=bytes(1 << 20))
        await separate.caller.call("engine")
        [key] = runs._runs
    monkeypatch.setattr(link, "MAX_UNREAD_BYTES", 1 << 16)
    monkeypatch.setattr(link, "UNREAD_SECONDS", 0)
    async with peer_of(separate) as peer:
        await peer.introduce(instance="peer")
        for number in range(4):
            peer.say({"call": number, "do": "adopt", "run": key})
        await until(lambda: not separate.host._links)


async def test_a_server_that_asks_too_much_is_refused_here(
    separate: Separate, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else its connection would end, with what it says for others."""
    monkeypatch.setattr(link, "MAX_ASKED", 1)
    separate.engine.may_answer.clear()
    async with separate.server() as runs:
        first = asyncio.create_task(separate.caller.call("engine"))
        await asyncio.sleep(0)
        with pytest.raises(ExecutorError, match="asked too much at once"):
            await separate.caller.call("engine")
        separate.engine.may_answer.set()
        assert (await first).ok["engine"] == "Fake 1"
        assert runs.link is not None


async def test_a_server_that_falls_silent_is_taken_for_gone() -> None:
    sandboxes = FakeSandboxes(programs.BEHAVIOURS)
    async with (
        Runner(sandboxes, RunLimits(), concurrent_runs=2, queued_runs=4) as runner,
        separated(runner, silence_seconds=0.05) as separate,
        peer_of(separate) as peer,
    ):
        await peer.introduce()
        await until(lambda: not separate.host._links)


async def test_an_executor_that_says_nothing_is_told_of_in_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(greeting, "GREETING_SECONDS", 0.02)
    ended = asyncio.Event()

    async def silent(_: Peer) -> None:
        await ended.wait()

    with pytest.raises(Refused, match="it says nothing"):
        await introduced_to(silent, tmp_path)
    ended.set()
