"""Accounts of the application: who may sign in, who is signed in, and how often somebody has tried in vain.

These tables are no projection of a publication: their metadata is apart from ``publication.tables``, so that a rebuilt
projection never drops them. Passwords are stored as hashes made by ``serving``; session tokens as SHA-256, so that a copy of the
database opens no session. Times are seconds since the epoch, handed in by the caller.
"""

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from publication.engine import engine

METADATA = sa.MetaData()

ACCOUNTS = sa.Table(
    "accounts",
    METADATA,
    sa.Column("username", sa.Text, primary_key=True),
    sa.Column("password_hash", sa.Text, nullable=False),
    sa.Column("created_at", sa.Double, nullable=False),
)
SESSIONS = sa.Table(
    "sessions",
    METADATA,
    sa.Column("token_hash", sa.Text, primary_key=True),
    sa.Column("username", sa.Text, sa.ForeignKey(ACCOUNTS.c.username), nullable=False),
    sa.Column("expires_at", sa.Double, nullable=False),
)
ATTEMPTS = sa.Table(
    "sign_in_attempts",
    METADATA,
    sa.Column("attempt_id", sa.Integer, primary_key=True),
    sa.Column("username", sa.Text, nullable=False, index=True),
    sa.Column("address", sa.Text, nullable=False, index=True),
    sa.Column("at", sa.Double, nullable=False),
)

WINDOW_SECONDS = 15 * 60.0
"""Vain attempts are remembered this long."""

MOST_PER_USERNAME = 5
"""Attempts on one account within the window; a guesser gets at most 480 a day, too few for any generated password."""

MOST_PER_ADDRESS = 20
"""Attempts from one address on any account within the window."""


class Accounts:
    """The accounts in the application database at ``url``; tables are made where they are missing."""

    def __init__(self, url: str) -> None:
        self._engine = engine(url, isolation_level="READ COMMITTED")
        METADATA.create_all(self._engine)

    def is_empty(self) -> bool:
        """Return whether nobody has an account yet."""
        with self._engine.connect() as connection:
            return connection.scalar(sa.select(sa.func.count()).select_from(ACCOUNTS)) == 0

    def add(self, username: str, password_hash: str, now: float) -> bool:
        """Add an account; False, and nothing changed, where the name is taken."""
        try:
            with self._engine.begin() as connection:
                connection.execute(ACCOUNTS.insert().values(username=username, password_hash=password_hash, created_at=now))
        except IntegrityError:
            return False
        return True

    def password_hash(self, username: str) -> str | None:
        """Return the account's password hash, None where there is no such account."""
        with self._engine.connect() as connection:
            return connection.scalar(sa.select(ACCOUNTS.c.password_hash).where(ACCOUNTS.c.username == username))

    def admit_attempt(self, username: str, address: str, now: float) -> float:
        """Record an attempt to sign in and return 0, or return the seconds to wait where there were too many.

        The attempt counts before the password is looked at, so that parallel guesses cannot slip past the limit.
        """
        with self._engine.begin() as connection:
            connection.execute(ATTEMPTS.delete().where(ATTEMPTS.c.at <= now - WINDOW_SECONDS))
            waits = (
                _wait(connection, ATTEMPTS.c.username == username, MOST_PER_USERNAME, now),
                _wait(connection, ATTEMPTS.c.address == address, MOST_PER_ADDRESS, now),
            )
            if max(waits) > 0:
                return max(waits)
            connection.execute(ATTEMPTS.insert().values(username=username, address=address, at=now))
            return 0.0

    def open_session(self, username: str, token_hash: str, now: float, expires_at: float) -> None:
        """Record a session of ``username``, forget its vain attempts, and drop sessions that have expired."""
        with self._engine.begin() as connection:
            connection.execute(SESSIONS.delete().where(SESSIONS.c.expires_at <= now))
            connection.execute(ATTEMPTS.delete().where(ATTEMPTS.c.username == username))
            connection.execute(SESSIONS.insert().values(token_hash=token_hash, username=username, expires_at=expires_at))

    def session(self, token_hash: str, now: float) -> str | None:
        """Return the account a live session belongs to, else None."""
        live = (SESSIONS.c.token_hash == token_hash, SESSIONS.c.expires_at > now)
        with self._engine.connect() as connection:
            return connection.scalar(sa.select(SESSIONS.c.username).where(*live))

    def close_session(self, token_hash: str) -> None:
        """End a session; nothing happens where there is none."""
        with self._engine.begin() as connection:
            connection.execute(SESSIONS.delete().where(SESSIONS.c.token_hash == token_hash))


def _wait(connection: sa.Connection, which: sa.ColumnElement[bool], most: int, now: float) -> float:
    """Return the seconds until fewer than ``most`` attempts lie within the window."""
    recent = sa.select(ATTEMPTS.c.at).where(which, ATTEMPTS.c.at > now - WINDOW_SECONDS).order_by(ATTEMPTS.c.at.desc())
    deciding = connection.scalar(recent.limit(1).offset(most - 1))
    return 0.0 if deciding is None else float(deciding) + WINDOW_SECONDS - now
