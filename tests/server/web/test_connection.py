"""Pings: who answers stays, who is silent is cut off, and a busy server blames nobody."""

import asyncio

import pytest

from collab import frames
from collab.frames import Opcode
from server.web import connection as connections
from server.web.connection import Connection

WAIT_SECONDS = 5.0
PING = frames.control(Opcode.PING)


class Wire(asyncio.Transport):
    """The peer's end; `answers` are fed back for each ping."""

    def __init__(self, answers: list[bytes]) -> None:
        super().__init__()
        self.connection: Connection | None = None
        self.pings = 0
        self.aborted = asyncio.Event()
        self.quiet = asyncio.Event()
        self._answers = answers

    def set_write_buffer_limits(self, high: int | None = None, low: int | None = None) -> None:
        pass

    def pause_reading(self) -> None:
        pass

    def write(self, data: bytes | bytearray | memoryview) -> None:
        assert data == PING
        self.pings += 1
        if self._answers and self.connection is not None:
            asyncio.get_running_loop().call_soon(
                self.connection.data_received, self._answers.pop(0)
            )
        else:
            self.quiet.set()

    def abort(self) -> None:
        self.aborted.set()


@pytest.fixture(autouse=True)
def short_times(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "PING_SECONDS", 0.05)


def connect(wire: Wire) -> Connection:
    wire.connection = Connection(wire, 1 << 20, set())
    return wire.connection


async def test_a_peer_that_answers_pings_stays_and_one_that_stops_is_cut_off() -> None:
    wire = Wire([b"\x8a\x80\0\0\0\0"] * 3)
    connect(wire)
    async with asyncio.timeout(WAIT_SECONDS):
        await wire.quiet.wait()
        assert not wire.aborted.is_set()
        assert wire.pings == 4
        await wire.aborted.wait()
    assert wire.pings == 4


async def test_a_server_that_was_busy_asks_again_before_it_cuts_anybody_off(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(connections, "LATE_SECONDS", -1.0)  # every alarm counts as late
    wire = Wire([])
    connect(wire)
    async with asyncio.timeout(WAIT_SECONDS):
        for _ in range(3):
            await wire.quiet.wait()
            wire.quiet.clear()
        assert not wire.aborted.is_set()
        monkeypatch.setattr(connections, "LATE_SECONDS", 1.0)
        await wire.aborted.wait()
