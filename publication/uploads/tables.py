"""The table of uploads: how each export handed in stands now. Every step is in the ledger too; the files lie in the workspace."""

import sqlalchemy as sa

from publication.database.metadata import RECORDS

UPLOADS = sa.Table(
    "uploads",
    RECORDS,
    sa.Column("upload_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), primary_key=True, autoincrement=True),
    *(sa.Column(name, sa.Text, nullable=False) for name in ("received_at", "received_by", "state", "changed_at", "changed_by")),
    sa.Column("note", sa.Text, nullable=False, server_default=""),
    sa.Column("files", sa.JSON, nullable=False),
)
