"""The database: one engine for SQLite (the embedded default) or PostgreSQL, and transactions."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from typing import Any, TypeVar

import sqlalchemy
from sqlalchemy import URL, Connection, Engine, event, text
from sqlalchemy.ext.asyncio import (
    AsyncEngine,
    AsyncSession,
    async_sessionmaker,
    create_async_engine,
)

# Longer than any transaction of ours by far; reached only if another program holds the file.
SQLITE_BUSY_MS = 10_000
SQLITE_THREADS = 4

Result = TypeVar("Result")

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
        self._direct = _direct_engine(engine.url) if is_sqlite else None
        self._threads = ThreadPoolExecutor(SQLITE_THREADS, thread_name_prefix="database")

    async def transact(self, work: Callable[[Connection], Result]) -> Result:
        """As `write`, for what is asked for often: all of `work` in one go.

        With SQLite that is one turn of a thread, instead of several for each statement.
        """
        async with self._turn:
            return await self._carry_out(work, read_only=False)

    async def look_up(self, work: Callable[[Connection], Result]) -> Result:
        """As `read`, for what is asked for often: all of `work` in one go."""
        return await self._carry_out(work, read_only=True)

    async def close(self) -> None:
        """Lets go of all connections; nothing may be asked for after that."""
        await self.engine.dispose()
        if self._direct is not None:
            await asyncio.get_running_loop().run_in_executor(self._threads, self._direct.dispose)
        self._threads.shutdown(wait=False)

    async def _carry_out(self, work: Callable[[Connection], Result], *, read_only: bool) -> Result:
        if self._direct is not None:
            return await asyncio.get_running_loop().run_in_executor(
                self._threads, _in_transaction, self._direct, read_only, work
            )
        async with self.engine.begin() as connection:
            return await connection.run_sync(work)

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
    _prepare_sqlite(engine.sync_engine)
    return engine


def open_database(url: URL) -> Database:
    """The database of an address, see `Settings.database`. Blocks; the caller closes it."""
    return Database(create_engine(url))


def _direct_engine(url: URL) -> Engine:
    """An engine for the same SQLite file that blocks."""
    engine = sqlalchemy.create_engine(url.set(drivername="sqlite+pysqlite"))
    _prepare_sqlite(engine)
    return engine


def _in_transaction(
    engine: Engine,
    read_only: bool,
    work: Callable[[Connection], Result],
) -> Result:
    with engine.connect() as connection:
        connection.execution_options(**{_READ_ONLY: read_only})
        with connection.begin():
            return work(connection)


def _prepare_sqlite(engine: Engine) -> None:
    event.listen(engine, "connect", _configure_sqlite)
    event.listen(engine, "begin", _begin_sqlite)


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
