"""A kept view can be the one its page opens with."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the mark of the view preferred."""
    op.add_column("saved_views", sa.Column("preferred", sa.Boolean(), server_default=sa.false(), nullable=False))
