"""The ledger's two tables: the chain, and the personal parts that stand beside it."""

import sqlalchemy as sa

from publication.database.metadata import APPEND_ONLY, KEPT, RECORDS

LEDGER = sa.Table(
    "ledger",
    RECORDS,
    sa.Column("seq", sa.BigInteger, primary_key=True, autoincrement=False),
    *(sa.Column(name, sa.Text, nullable=False) for name in ("at", "actor", "kind", "subject", "public", "commitment")),
    sa.Column("previous", sa.Text, nullable=False),
    sa.Column("hash", sa.Text, nullable=False),
    info={APPEND_ONLY: True, KEPT: True},
)
sa.Index("ledger_by_subject", LEDGER.c.subject, LEDGER.c.seq)

PRIVATE = sa.Table(
    "ledger_private",
    RECORDS,
    sa.Column("seq", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("salt", sa.Text, nullable=False),
    sa.Column("body", sa.Text, nullable=False),
    info={APPEND_ONLY: True},
)
