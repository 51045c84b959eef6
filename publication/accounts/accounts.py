"""Accounts of the application: who may sign in, who is signed in, and how often somebody has tried in vain.

Session tokens are stored as SHA-256, so that a copy of the database opens no session. Times are seconds since the epoch, handed in
by the caller.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from features.errors import EntryError
from publication.accounts.roles import Account, Role
from publication.accounts.tables import ACCOUNTS, ATTEMPTS, SESSIONS
from publication.database.questions import Question
from publication.database.records import RecordsDatabase

WINDOW_SECONDS = 15 * 60.0
"""Vain attempts are remembered this long."""

MOST_PER_USERNAME = 5
"""Attempts on one account within the window; a guesser gets at most 480 a day, too few for any generated password."""

MOST_PER_ADDRESS = 20
"""Attempts from one address on any account within the window."""

BROWSER, TOKEN, INVITATION = "browser", "token", "invitation"
"""Kinds of session: a browser's cookie, a program's bearer token, a code to choose a password. None opens what another does."""

LONGEST_NAME = 64


@dataclass(frozen=True, slots=True)
class Session:
    """One live session or token of an account, without what opens it."""

    token_hash: str
    kind: str
    label: str
    opened_at: float
    expires_at: float


class Accounts:
    """The accounts in the application database."""

    def __init__(self, database: RecordsDatabase) -> None:
        self._database = database

    def is_empty(self) -> bool:
        """Return whether nobody has an account yet."""
        with self._database.reading() as connection:
            return connection.scalar(sa.select(sa.func.count()).select_from(ACCOUNTS)) == 0

    def add(
        self, username: str, password_hash: str, now: float, *, role: Role = Role.HR, employee_id: str | None = None,
        units: Sequence[str] = (), demo: bool = False,
    ) -> bool:  # fmt: skip
        """Add an account; False, and nothing changed, where the name is taken. `Administration.add` records it too.

        Raises
        ------
        EntryError
            The name is empty, too long or holds anything but letters, digits and ``.-_@``.
        """
        with self._database.writing() as connection:
            return inserted(
                connection, username, password_hash, now, role=role, employee_id=employee_id, units=units, demo=demo
            )  # fmt: skip

    def account(self, username: str) -> Account | None:
        """Return an active account, None where there is none."""
        with self._database.reading() as connection:
            row = connection.execute(_account().where(ACCOUNTS.c.username == username)).mappings().first()
        return as_account(row) if row else None

    def all(self) -> list[dict[str, Any]]:
        """Return every account by name, inactive ones too, without its password."""
        columns = [column for column in ACCOUNTS.c if column.name != "password_hash"]
        with self._database.reading() as connection:
            return [dict(row) for row in connection.execute(sa.select(*columns).order_by(ACCOUNTS.c.username)).mappings()]

    def password_hash(self, username: str) -> str | None:
        """Return an active account's password hash, None where there is no such account."""
        live = (ACCOUNTS.c.username == username, ACCOUNTS.c.active)
        with self._database.reading() as connection:
            return connection.scalar(sa.select(ACCOUNTS.c.password_hash).where(*live))

    def has_demo(self) -> bool:
        """Return whether an active account of the demonstration is there, whose password everybody knows."""
        with self._database.reading() as connection:
            return connection.execute(sa.select(ACCOUNTS.c.username).where(ACCOUNTS.c.demo, ACCOUNTS.c.active)).first() is not None

    def remove_demo(self) -> int:
        """Remove the demonstration's accounts and their sessions; return how many."""
        demo = sa.select(ACCOUNTS.c.username).where(ACCOUNTS.c.demo)
        with self._database.writing() as connection:
            connection.execute(SESSIONS.delete().where(SESSIONS.c.username.in_(demo)))
            return connection.execute(ACCOUNTS.delete().where(ACCOUNTS.c.demo)).rowcount

    def admit_attempt(self, username: str, address: str, now: float) -> float:
        """Record an attempt to sign in and return 0, or return the seconds to wait where there were too many.

        The attempt counts before the password is looked at, so that parallel guesses cannot slip past the limit.
        """
        with self._database.writing() as connection:
            connection.execute(ATTEMPTS.delete().where(ATTEMPTS.c.at <= now - WINDOW_SECONDS))
            waits = (
                _wait(connection, ATTEMPTS.c.username == username, MOST_PER_USERNAME, now),
                _wait(connection, ATTEMPTS.c.address == address, MOST_PER_ADDRESS, now),
            )
            if max(waits) > 0:
                return max(waits)
            connection.execute(ATTEMPTS.insert().values(username=username, address=address, at=now))
            return 0.0

    def open_session(
        self, username: str, token_hash: str, now: float, expires_at: float, kind: str = BROWSER, label: str = ""
    ) -> None:  # fmt: skip
        """Record a session of ``username``, forget its vain attempts, and drop sessions that have expired."""
        with self._database.writing() as connection:
            connection.execute(SESSIONS.delete().where(SESSIONS.c.expires_at <= now))
            if kind == BROWSER:
                connection.execute(ATTEMPTS.delete().where(ATTEMPTS.c.username == username))
            row = {"token_hash": token_hash, "username": username, "expires_at": expires_at, "opened_at": now}
            connection.execute(SESSIONS.insert().values(**row, kind=kind, label=label))

    def session(self, token_hash: str, now: float, kind: str = BROWSER) -> Account | None:
        """Return the active account a live session of this kind belongs to, else None."""
        found = self._database.asked(_LIVE, {"token": token_hash, "now": now, "session_kind": kind})
        return as_account(dict(zip(_LIVE.names, found[0], strict=True))) if found else None

    def sessions(self, username: str, now: float) -> list[Session]:
        """Return an account's live sessions and tokens, the last opened first."""
        columns = [SESSIONS.c[name] for name in Session.__slots__]
        live = sa.select(*columns).where(SESSIONS.c.username == username, SESSIONS.c.expires_at > now)
        with self._database.reading() as connection:
            return [Session(*row) for row in connection.execute(live.order_by(SESSIONS.c.opened_at.desc()))]

    def close_session(self, token_hash: str, username: str | None = None) -> None:
        """End a session, of ``username`` only if given; nothing happens where there is none."""
        which = [SESSIONS.c.token_hash == token_hash, *([SESSIONS.c.username == username] if username else [])]
        with self._database.writing() as connection:
            connection.execute(SESSIONS.delete().where(*which))

    def close_all(self, username: str) -> int:
        """End all sessions and tokens of an account; return how many."""
        with self._database.writing() as connection:
            return connection.execute(SESSIONS.delete().where(SESSIONS.c.username == username)).rowcount


def _account() -> sa.Select[Any]:
    columns = [ACCOUNTS.c[name] for name in ("username", "role", "employee_id", "units", "demo")]
    return sa.select(*columns).where(ACCOUNTS.c.active)


_LIVE = Question(
    _account()
    .join(SESSIONS, SESSIONS.c.username == ACCOUNTS.c.username)
    .where(
        SESSIONS.c.token_hash == sa.bindparam("token"),
        SESSIONS.c.expires_at > sa.bindparam("now"),
        SESSIONS.c.kind == sa.bindparam("session_kind"),
    )
)
"""The account of a live session: asked by every request, so put together once."""


def inserted(
    connection: sa.Connection, username: str, password_hash: str, now: float, *, role: Role, employee_id: str | None = None,
    units: Sequence[str] = (), demo: bool = False,
) -> bool:  # fmt: skip
    """Insert an account; False where the name is taken. `EntryError` where it is no name."""
    if not 0 < len(username) <= LONGEST_NAME or not all(sign.isalnum() or sign in ".-_@" for sign in username):
        raise EntryError(
            f"An account's name has 1 to {LONGEST_NAME} letters, digits or . - _ @.",
            f"Nama akun terdiri atas 1 sampai {LONGEST_NAME} huruf, angka atau . - _ @.",
        )
    row = {"username": username, "password_hash": password_hash, "created_at": now, "role": str(role), "demo": demo}
    try:
        with connection.begin_nested():
            connection.execute(ACCOUNTS.insert().values(**row, employee_id=employee_id, units=list(units)))
    except IntegrityError:
        return False
    return True


def changed(connection: sa.Connection, username: str, values: Mapping[str, object]) -> bool:
    """Change columns of an account and end its sessions; False: no such account."""
    there = connection.execute(sa.select(ACCOUNTS.c.username).where(ACCOUNTS.c.username == username)).first() is not None
    connection.execute(SESSIONS.delete().where(SESSIONS.c.username == username))
    if values:
        connection.execute(ACCOUNTS.update().where(ACCOUNTS.c.username == username).values(**values))
    return there


def as_account(row: Mapping[Any, Any]) -> Account:
    """Return an account as its session sees it."""
    return Account(row["username"], Role(row["role"]), row["employee_id"], tuple(row["units"]), bool(row["demo"]))


def _wait(connection: sa.Connection, which: sa.ColumnElement[bool], most: int, now: float) -> float:
    """Return the seconds until fewer than ``most`` attempts lie within the window."""
    recent = sa.select(ATTEMPTS.c.at).where(which, ATTEMPTS.c.at > now - WINDOW_SECONDS).order_by(ATTEMPTS.c.at.desc())
    deciding = connection.scalar(recent.limit(1).offset(most - 1))
    return 0.0 if deciding is None else float(deciding) + WINDOW_SECONDS - now
