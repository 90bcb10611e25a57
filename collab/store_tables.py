"""The tables of `collab.store_sql`; the server's migrations create them."""

from sqlalchemy import (
    BigInteger,
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
)
from sqlalchemy.ext.asyncio import AsyncEngine

metadata = MetaData()

updates = Table(
    "updates",
    metadata,
    Column("room_id", String(64), primary_key=True),
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("at", BigInteger, nullable=False),
    Column("by", String(64)),
    Column("data", LargeBinary, nullable=False),
)

# The newest of a room is what it opens from, those before it are its keyframes.
snapshots = Table(
    "snapshots",
    metadata,
    Column("room_id", String(64), primary_key=True),
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("at", BigInteger, nullable=False),
    Column("data", LargeBinary, nullable=False),
    Column("sha256", LargeBinary, nullable=False),
)

generations = Table(
    "generations",
    metadata,
    Column("room_id", String(64), primary_key=True),
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("at", BigInteger, nullable=False),
    Column("generation", String(32), nullable=False),
    Column("retired", LargeBinary, nullable=False),
)

segments = Table(
    "segments",
    metadata,
    Column("room_id", String(64), primary_key=True),
    Column("last_seq", BigInteger, primary_key=True, autoincrement=False),
    Column("first_seq", BigInteger, nullable=False),
    Column("first_at", BigInteger, nullable=False),
    Column("last_at", BigInteger, nullable=False),
    Column("count", Integer, nullable=False),
    Column("data", LargeBinary, nullable=False),
    Index("ix_segments_last_at", "last_at"),
)

events = Table(
    "events",
    metadata,
    Column("room_id", String(64), primary_key=True),
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("at", BigInteger, nullable=False),
    Column("type", String(64), nullable=False),
    Column("body", Text, nullable=False),
)


def for_reading(engine: AsyncEngine) -> AsyncEngine:
    """The engine for transactions that only read: each sees one moment, and holds up no writer.

    `codlab_read_only` is what the server's engines go by on SQLite.
    """
    if engine.dialect.name == "sqlite":
        return engine.execution_options(codlab_read_only=True)
    return engine.execution_options(isolation_level="REPEATABLE READ")
