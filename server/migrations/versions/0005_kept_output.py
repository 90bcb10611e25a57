"""Output that is kept but not shown: what each chunk is for, and how much each run has."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    place = sa.Column("place", sa.BigInteger(), nullable=False, server_default="0")
    op.add_column("run_output", place)
    kept_bytes = sa.Column("kept_bytes", sa.BigInteger(), nullable=False, server_default="0")
    op.add_column("runs", kept_bytes)
    op.execute("UPDATE runs SET kept_bytes = output_bytes")
