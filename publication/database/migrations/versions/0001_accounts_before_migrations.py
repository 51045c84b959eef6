"""The tables that databases had before there were migrations; adopted where they are, made where they are not."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make accounts, sessions and sign_in_attempts unless a database of the time before holds them."""
    if sa.inspect(op.get_bind()).has_table("accounts"):
        return
    op.create_table(
        "accounts",
        sa.Column("username", sa.Text(), primary_key=True),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("created_at", sa.Double(), nullable=False),
    )
    op.create_table(
        "sessions",
        sa.Column("token_hash", sa.Text(), primary_key=True),
        sa.Column("username", sa.Text(), sa.ForeignKey("accounts.username"), nullable=False),
        sa.Column("expires_at", sa.Double(), nullable=False),
    )
    op.create_table(
        "sign_in_attempts",
        sa.Column("attempt_id", sa.Integer(), primary_key=True),
        sa.Column("username", sa.Text(), nullable=False, index=True),
        sa.Column("address", sa.Text(), nullable=False, index=True),
        sa.Column("at", sa.Double(), nullable=False),
    )
