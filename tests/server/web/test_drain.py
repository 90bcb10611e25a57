"""A server that is told to end while its database does not answer."""

import asyncio
import sqlite3
from collections.abc import AsyncGenerator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, closing
from functools import partial
from pathlib import Path

from collab import protocol
from collab.errors import CloseCode
from tests.live import LiveServer
from tests.postgres import Cluster, locked
from tests.server.test_lifecycle import Writer, notes
from tests.socket_client import joined

IMPATIENT = {"CODLAB_SHUTDOWN_SECONDS": "1", "CODLAB_DRAIN_SECONDS": "1"}
Outage = Callable[[], AbstractAsyncContextManager[None]]


async def lose_the_last_words(server: LiveServer, outage: Outage) -> None:
    """Ends the server while it has an edit that it can't save; then starts it again."""
    room = server.create_room()
    bob = room.join("Bob")
    async with joined(room, room.owner) as ada, joined(room, bob) as witness:
        writer = Writer(ada)
        await writer.type("saved, ")
        await writer.saved()
        async with outage():
            await writer.type("not saved")
            await witness.until(lambda: b"not saved" in witness.last_frame)
            assert await asyncio.to_thread(server.terminate) == 1
        assert await ada.close_code() == CloseCode.RESTARTING
    told = [line for line in server.log if room.id in line and "not saved within 1 s" in line]
    assert len(told) == 1
    assert '"level": "critical"' in told[0]

    server.start()
    assert await notes(room) == "saved, "
    async with joined(room, room.owner) as ada:  # whose page still has what she typed
        await ada.connection.send(protocol.sync_update(writer.doc.get_update()))
        await Writer(ada).saved()
    assert await notes(room) == "saved, not saved"


@asynccontextmanager
async def busy(path: Path) -> AsyncGenerator[None]:
    """Another program writes to a SQLite database, and does not come to an end."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        yield
        connection.execute("ROLLBACK")


@asynccontextmanager
async def frozen(cluster: Cluster) -> AsyncGenerator[None]:
    with cluster.frozen():
        yield


async def test_a_locked_sqlite_file_does_not_keep_it(tmp_path: Path) -> None:
    with LiveServer(tmp_path, settings=IMPATIENT) as server:
        await lose_the_last_words(server, partial(busy, tmp_path / "codlab.sqlite3"))


async def test_a_locked_table_does_not_keep_it(tmp_path: Path, postgres_database: str) -> None:
    settings = IMPATIENT | {"CODLAB_DATABASE_URL": postgres_database}
    with LiveServer(tmp_path, settings=settings) as server:
        await lose_the_last_words(server, partial(locked, postgres_database, "updates"))


async def test_a_database_that_hangs_does_not_keep_it(
    tmp_path: Path, postgres_cluster: Cluster, postgres_database: str
) -> None:
    settings = IMPATIENT | {"CODLAB_DATABASE_URL": postgres_database}
    with LiveServer(tmp_path, settings=settings) as server:
        await lose_the_last_words(server, partial(frozen, postgres_cluster))


async def test_an_end_in_good_order_is_no_failure(tmp_path: Path) -> None:
    with LiveServer(tmp_path) as server:
        room = server.create_room()
        async with joined(room, room.owner) as ada:
            await Writer(ada).type("saved at the end")
            assert await asyncio.to_thread(server.terminate) == 0
            assert await ada.close_code() == CloseCode.RESTARTING
        server.start()
        assert await notes(room) == "saved at the end"
        assert not [line for line in server.log if '"critical"' in line]
