"""The server's own tables. Times are milliseconds since the epoch; ids are random text."""

from typing import Any, ClassVar

from sqlalchemy import (
    JSON,
    BigInteger,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    MetaData,
    String,
    Text,
    false,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

# Named constraints, so that a migration can drop what an earlier one made.
NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """Root of the tables; its metadata is what the migrations must arrive at."""

    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map: ClassVar = {int: BigInteger, str: Text, bytes: LargeBinary}


def values_of(record: Base) -> dict[str, Any]:
    """A record's columns, to insert it without a session."""
    return {column.name: getattr(record, column.name) for column in record.__table__.columns}


def _in_room() -> ForeignKey:
    return ForeignKey("rooms.id", ondelete="CASCADE")


class RoomRecord(Base):
    """A room: its document and event log are collab's, this is what people see of it."""

    __tablename__ = "rooms"

    id: Mapped[str] = mapped_column(String(20), primary_key=True)
    title: Mapped[str]
    runtime: Mapped[str]
    created_at: Mapped[int]


class LinkRecord(Base):
    """A share link: whoever knows its secret may join with its role."""

    __tablename__ = "links"

    id: Mapped[str] = mapped_column(String(16), primary_key=True)
    room_id: Mapped[str] = mapped_column(_in_room())
    role: Mapped[str]
    secret_hash: Mapped[bytes]
    """SHA-256 of the secret; the secret itself is shown once and stored nowhere."""
    created_at: Mapped[int]
    expires_at: Mapped[int | None]
    max_uses: Mapped[int | None]
    uses: Mapped[int] = mapped_column(default=0)
    revoked_at: Mapped[int | None]

    __table_args__ = (Index(None, "room_id", "secret_hash", unique=True),)


class ParticipantRecord(Base):
    """A guest of one room, from their first join until they are removed."""

    __tablename__ = "participants"

    id: Mapped[str] = mapped_column(String(16), primary_key=True)
    room_id: Mapped[str] = mapped_column(_in_room(), index=True)
    link_id: Mapped[str | None] = mapped_column(
        ForeignKey("links.id", ondelete="SET NULL"), index=True
    )
    """The link they came by; none for the room's creator."""
    name: Mapped[str]
    role: Mapped[str]
    color: Mapped[str]
    created_at: Mapped[int]
    revoked_at: Mapped[int | None]


class RefreshTokenRecord(Base):
    """One browser's stay in a room: the token that is current, and the one before it."""

    __tablename__ = "refresh_tokens"

    family: Mapped[str] = mapped_column(String(32), primary_key=True)
    participant_id: Mapped[str] = mapped_column(
        ForeignKey("participants.id", ondelete="CASCADE"), index=True
    )
    current_hash: Mapped[bytes]
    previous_hash: Mapped[bytes | None]
    rotated_at: Mapped[int]
    expires_at: Mapped[int]
    revoked_at: Mapped[int | None]


class RunRecord(Base):
    """A run of a room's text, and what became of it."""

    __tablename__ = "runs"

    room_id: Mapped[str] = mapped_column(_in_room(), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    state: Mapped[str]
    runtime: Mapped[str]
    entry: Mapped[str]
    args: Mapped[list[str]] = mapped_column(JSON)
    tty: Mapped[bool]
    cols: Mapped[int | None]
    rows: Mapped[int | None]
    by: Mapped[str]
    by_name: Mapped[str]
    queued_at: Mapped[int]
    started_at: Mapped[int | None]
    finished_at: Mapped[int | None]
    outcome: Mapped[str | None]
    exit_code: Mapped[int | None]
    text_hash: Mapped[str]
    state_vector: Mapped[bytes]
    output_bytes: Mapped[int] = mapped_column(default=0)
    """Of what is shown, the server's own marks included."""
    kept_bytes: Mapped[int] = mapped_column(default=0)
    """Of what can be downloaded."""
    missed_files: Mapped[int] = mapped_column(default=0)
    """How many files the program wrote that were too large or too many to be taken."""
    debug: Mapped[bool] = mapped_column(default=False, server_default=false())


class PackageSetRecord(Base):
    """What a room has installed for one runtime image."""

    __tablename__ = "package_sets"

    room_id: Mapped[str] = mapped_column(_in_room(), primary_key=True)
    image: Mapped[str] = mapped_column(primary_key=True)
    """The recipe of the image; runtimes that share it share the set."""
    runtime: Mapped[str]
    """The one that it was installed for last."""
    manager: Mapped[str]
    requirements: Mapped[list[str]] = mapped_column(JSON)
    lock: Mapped[str]
    packages: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    digest: Mapped[str] = mapped_column(String(64), index=True)
    size: Mapped[int]
    by: Mapped[str]
    by_name: Mapped[str]
    at: Mapped[int]


class RunOutputRecord(Base):
    """A chunk of a run's recorded output, all streams in the order they were written."""

    __tablename__ = "run_output"

    room_id: Mapped[str] = mapped_column(String(20), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    offset: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    """Position of the chunk's first byte in all that was recorded."""
    stream: Mapped[int]
    data: Mapped[bytes]
    place: Mapped[int] = mapped_column(default=0)
    """Whether it is shown, part of the download, or both: `executor.run.Place`."""

    __table_args__ = (
        ForeignKeyConstraint(
            ["room_id", "number"], ["runs.room_id", "runs.number"], ondelete="CASCADE"
        ),
    )


class RunArtefactRecord(Base):
    """A file that a run's program wrote."""

    __tablename__ = "run_artefacts"

    id: Mapped[str] = mapped_column(String(16), primary_key=True)
    room_id: Mapped[str] = mapped_column(String(20))
    number: Mapped[int]
    path: Mapped[str]
    media_type: Mapped[str]
    size: Mapped[int]
    """In bytes."""
    is_kept: Mapped[bool]
    """Whether somebody has put it into the room's files."""
    data: Mapped[bytes]

    __table_args__ = (
        ForeignKeyConstraint(
            ["room_id", "number"], ["runs.room_id", "runs.number"], ondelete="CASCADE"
        ),
        Index(None, "room_id", "number"),
    )
