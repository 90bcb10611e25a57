"""Packages: what a room has installed, for each runtime image."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "package_sets",
        sa.Column("room_id", sa.String(length=20), nullable=False),
        sa.Column("image", sa.Text(), nullable=False),
        sa.Column("runtime", sa.Text(), nullable=False),
        sa.Column("manager", sa.Text(), nullable=False),
        sa.Column("requirements", sa.JSON(), nullable=False),
        sa.Column("lock", sa.Text(), nullable=False),
        sa.Column("packages", sa.JSON(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("by_name", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["room_id"], ["rooms.id"], name=op.f("fk_package_sets_room_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("room_id", "image", name=op.f("pk_package_sets")),
    )
    op.create_index(op.f("ix_package_sets_digest"), "package_sets", ["digest"])
