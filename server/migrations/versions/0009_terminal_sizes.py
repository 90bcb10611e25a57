"""Runs tell the size of their terminals."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("runs", sa.Column("cols", sa.BigInteger(), nullable=True))
    op.add_column("runs", sa.Column("rows", sa.BigInteger(), nullable=True))
