"""The database: one engine for SQLite (the embedded default) or PostgreSQL, and transactions."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from typing import Any

from sqlalchemy import URL, Connection, event, text
from sqlalchemy.ext.asyncio import (
    AsyncEngine,
    AsyncSession,
    async_sessionmaker,
    create_async_engine,
)

# Longer than any transaction of ours by far; reached only if another program holds the file.
SQLITE_BUSY_MS = 10_000

_READ_ONLY = "codlab_read_only"


class Database:
    """Hands out sessions, each one transaction.

    SQLite has one writer. A transaction that starts by reading and then writes fails at once,
    without waiting, when another wrote in between; so those that write say so from their start.
    """

    def __init__(self, engine: AsyncEngine) -> None:
        self.engine = engine
        # SQLite lets waiting writers poll, which wastes most of a rush of them; so they queue here.
        is_sqlite = engine.dialect.name == "sqlite"
        self._turn: AbstractAsyncContextManager[None] = (
            asyncio.Lock() if is_sqlite else nullcontext()
        )
        self._writing = async_sessionmaker(engine, expire_on_commit=False)
        self._reading = async_sessionmaker(
            engine.execution_options(**{_READ_ONLY: True}), expire_on_commit=False
        )

    @asynccontextmanager
    async def write(self) -> AsyncGenerator[AsyncSession]:
        """A transaction that is committed at the end, or rolled back by an exception."""
        async with self._turn, self._writing.begin() as session:
            yield session

    @asynccontextmanager
    async def read(self) -> AsyncGenerator[AsyncSession]:
        """A transaction that changes nothing, and that no writer holds up."""
        async with self._reading() as session:
            yield session

    async def ping(self) -> None:
        """Asks the database for an answer.

        Raises:
            SQLAlchemyError: if there is none.
        """
        async with self.read() as session:
            await session.execute(text("SELECT 1"))


def create_engine(url: URL, **options: Any) -> AsyncEngine:
    """The engine of a database address, see `Settings.database`. The caller disposes of it."""
    if url.get_backend_name() != "sqlite":
        return create_async_engine(url, pool_pre_ping=True, **options)
    engine = create_async_engine(url, **options)
    event.listen(engine.sync_engine, "connect", _configure_sqlite)
    event.listen(engine.sync_engine, "begin", _begin_sqlite)
    return engine


def _configure_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # the driver would begin transactions by itself, too late
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout = {SQLITE_BUSY_MS}")
    cursor.execute("PRAGMA journal_mode = WAL")
    cursor.execute("PRAGMA synchronous = FULL")  # in WAL mode, anything less loses commits
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    read_only = connection.get_execution_options().get(_READ_ONLY, False)
    connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")
