"""The tables of accounts, sessions, attempts to sign in, kept views and the access log."""

import sqlalchemy as sa

from publication.database.metadata import APPEND_ONLY, KEPT, RECORDS

ACCOUNTS = sa.Table(
    "accounts",
    RECORDS,
    sa.Column("username", sa.Text, primary_key=True),
    sa.Column("password_hash", sa.Text, nullable=False),
    sa.Column("created_at", sa.Double, nullable=False),
    sa.Column("role", sa.Text, nullable=False, server_default="hr"),
    sa.Column("employee_id", sa.Text),
    sa.Column("units", sa.JSON, nullable=False, server_default="[]"),
    sa.Column("active", sa.Boolean, nullable=False, server_default=sa.true()),
    sa.Column("demo", sa.Boolean, nullable=False, server_default=sa.false()),
)
SESSIONS = sa.Table(
    "sessions",
    RECORDS,
    sa.Column("token_hash", sa.Text, primary_key=True),
    sa.Column("username", sa.Text, sa.ForeignKey(ACCOUNTS.c.username), nullable=False),
    sa.Column("expires_at", sa.Double, nullable=False),
    sa.Column("kind", sa.Text, nullable=False, server_default="browser"),
    sa.Column("label", sa.Text, nullable=False, server_default=""),
    sa.Column("opened_at", sa.Double, nullable=False, server_default="0"),
)
ATTEMPTS = sa.Table(
    "sign_in_attempts",
    RECORDS,
    sa.Column("attempt_id", sa.Integer, primary_key=True),
    sa.Column("username", sa.Text, nullable=False, index=True),
    sa.Column("address", sa.Text, nullable=False, index=True),
    sa.Column("at", sa.Double, nullable=False),
)
VIEWS = sa.Table(
    "saved_views",
    RECORDS,
    sa.Column("username", sa.Text, primary_key=True),
    sa.Column("page", sa.Text, primary_key=True),
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("query", sa.Text, nullable=False),
    sa.Column("preferred", sa.Boolean, nullable=False, server_default=sa.false()),
)
ACCESS = sa.Table(
    "access_log",
    RECORDS,
    sa.Column("entry_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), primary_key=True, autoincrement=True),
    sa.Column("at", sa.Text, nullable=False),
    *(sa.Column(name, sa.Text, nullable=False) for name in ("username", "role", "action", "subject", "address")),
    sa.Column("status", sa.Integer, nullable=False),
    info={APPEND_ONLY: True, KEPT: True},
)
sa.Index("access_log_by_subject", ACCESS.c.subject)
