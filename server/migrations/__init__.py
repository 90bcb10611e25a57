"""The database's schema, as steps: `upgrade` takes those that a database has not had yet."""

import asyncio
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import URL, Connection, text
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.pool import NullPool

from server.db import create_engine

# "codlab" in ASCII: held on PostgreSQL so that nodes that start together migrate one after another.
_LOCK = 0x636F646C6162


def upgrade(url: URL) -> None:
    """Makes the database, if it is a file, and brings its schema up to date.

    Blocks: it runs an event loop of its own.
    """
    if url.get_backend_name() == "sqlite" and url.database:
        Path(url.database).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    asyncio.run(_upgrade(create_engine(url, poolclass=NullPool)))


def current_heads(connection: Connection) -> set[str]:
    """The last steps that a database has had."""
    return set(MigrationContext.configure(connection).get_current_heads())


def newest_heads() -> set[str]:
    """The last steps that there are. Blocks."""
    return set(ScriptDirectory.from_config(_config()).get_heads())


async def _upgrade(engine: AsyncEngine) -> None:
    try:
        async with engine.begin() as connection:
            await connection.run_sync(_run)
    finally:
        await engine.dispose()


def _run(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config
