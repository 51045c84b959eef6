"""Exports handed in on a page."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table of uploads."""
    op.create_table(
        "uploads",
        sa.Column("upload_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), primary_key=True, autoincrement=True),
        *(
            sa.Column(name, sa.Text(), nullable=False)
            for name in ("received_at", "received_by", "state", "changed_at", "changed_by")
        ),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("files", sa.JSON(), nullable=False),
    )
