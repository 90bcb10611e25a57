"""Keyframes: snapshots are packed, and a room may have several."""

import zlib

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.rename_table("snapshots", "whole_snapshots")
    snapshots = op.create_table(
        "snapshots",
        sa.Column("room_id", sa.String(length=64), nullable=False),
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.Column("sha256", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("room_id", "seq"),
    )
    _pack(snapshots)
    op.drop_table("whole_snapshots")
    op.create_index("ix_segments_last_at", "segments", ["last_at"])


def _pack(snapshots: sa.Table) -> None:
    """Copies the snapshots, compressed, one at a time; their checksums are of what is in them."""
    whole = sa.table("whole_snapshots", *(sa.column(c.name, c.type) for c in snapshots.columns))
    connection = op.get_bind()
    for room_id in connection.scalars(sa.select(whole.c.room_id)).all():
        found = connection.execute(sa.select(whole).where(whole.c.room_id == room_id))
        row = found.mappings().one()
        connection.execute(snapshots.insert(), {**row, "data": zlib.compress(row["data"])})
