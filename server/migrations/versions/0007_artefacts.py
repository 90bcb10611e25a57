"""Files that programs wrote."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "run_artefacts",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("room_id", sa.String(length=20), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("is_kept", sa.Boolean(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_run_artefacts"),
        sa.ForeignKeyConstraint(
            ["room_id", "number"],
            ["runs.room_id", "runs.number"],
            name="fk_run_artefacts_room_id",
            ondelete="CASCADE",
        ),
    )
    op.create_index("ix_run_artefacts_room_id_number", "run_artefacts", ["room_id", "number"])
    missed = sa.Column("missed_files", sa.BigInteger(), nullable=False, server_default="0")
    op.add_column("runs", missed)
