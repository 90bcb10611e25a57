"""The databases that stores are tested on, with the server's own engines."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from anyio import to_thread
from sqlalchemy.ext.asyncio import AsyncEngine

from collab.store_tables import metadata
from server.db import create_engine
from server.settings import async_url

DATABASES = ("sqlite", "postgres")


def database_url(request: pytest.FixtureRequest, kind: str, directory: Path) -> str:
    """The address of an empty database; `kind` is one of `DATABASES`."""
    if kind == "sqlite":
        return f"sqlite:///{directory}/rooms.sqlite3"
    url: str = request.getfixturevalue("postgres_database")
    return url


@asynccontextmanager
async def sql_engine(url: str) -> AsyncGenerator[AsyncEngine]:
    """An engine with the tables of a store, made if need be."""
    engine = await to_thread.run_sync(create_engine, async_url(url))
    async with engine.begin() as connection:
        await connection.run_sync(metadata.create_all)
    yield engine
    await engine.dispose()
