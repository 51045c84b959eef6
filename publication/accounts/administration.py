"""Giving accounts out and taking them back: every change is an entry of the ledger, written in the same transaction.

Whoever is given an account chooses the password: an invitation is a code shown once, good for one use within three days.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from features.errors import EntryError
from publication.accounts.accounts import INVITATION, as_account, changed, inserted
from publication.accounts.passwords import NO_PASSWORD, hashed, random_password, require_strong
from publication.accounts.roles import GRANTS, Account, Role, Scope
from publication.accounts.tables import ACCOUNTS, SESSIONS
from publication.database.records import RecordsDatabase
from publication.intake.entries import stamped
from publication.ledger.ledger import Entry, Ledger, Pen

INVITED_SECONDS = 3 * 24 * 3600.0


@dataclass(frozen=True, slots=True)
class Granted:
    """What an account may be: its role, whose it is (the source's id), which units it heads."""

    role: Role
    employee_id: str | None = None
    units: Sequence[str] = ()

    def require_whole(self) -> None:
        """Refuse a grant whose scope is empty.

        Raises
        ------
        EntryError
            A head of unit without units, or an employee's account without the employee.
        """
        scope = GRANTS[self.role].scope
        if scope is Scope.UNITS and not self.units:
            raise EntryError("Name the units this account heads.", "Sebutkan unit kerja yang dipimpin akun ini.")
        if scope is Scope.SELF and not self.employee_id:
            raise EntryError("Name the employee whose account this is.", "Sebutkan pegawai pemilik akun ini.")


class Administration:
    """Changes to accounts, made by somebody (``by``: an account, or an officer of the machine) at a time with its zone."""

    def __init__(self, database: RecordsDatabase, ledger: Ledger) -> None:
        self._database = database
        self._ledger = ledger

    def add(self, username: str, granted: Granted, by: str, now: datetime, password_hash: str = NO_PASSWORD) -> None:
        """Add an account.

        Raises
        ------
        EntryError
            The name is taken or is none, or the grant's scope is empty.
        """
        granted.require_whole()
        with self._ledger.writing() as pen:
            made = inserted(
                pen.connection, username, password_hash, now.timestamp(), role=granted.role, employee_id=granted.employee_id,
                units=granted.units,
            )  # fmt: skip
            if not made:
                raise EntryError(f"The name '{username}' is taken.", f"Nama '{username}' sudah dipakai.")
            _note(pen, "account_added", username, by, now, _public(granted), {"employee_id": granted.employee_id})

    def grant(self, username: str, granted: Granted, by: str, now: datetime) -> None:
        """Give an account another role, employee or units; its sessions end."""
        granted.require_whole()
        values = {"role": str(granted.role), "employee_id": granted.employee_id, "units": list(granted.units)}
        self._change(username, values, "account_changed", by, now, _public(granted), {"employee_id": granted.employee_id})

    def lock(self, username: str, by: str, now: datetime) -> None:
        """Lock an account: it cannot sign in, its sessions end."""
        self._change(username, {"active": False}, "account_locked", by, now)

    def unlock(self, username: str, by: str, now: datetime) -> None:
        """Let a locked account sign in again."""
        self._change(username, {"active": True}, "account_unlocked", by, now)

    def end_sessions(self, username: str, by: str, now: datetime) -> None:
        """End all sessions, tokens and invitations of an account."""
        self._change(username, {}, "sessions_ended", by, now)

    def set_password(self, username: str, password_hash: str, by: str, now: datetime) -> None:
        """Give an account another password; its sessions end."""
        kind = "password_changed" if by == username else "password_reset"
        self._change(username, {"password_hash": password_hash, "demo": False}, kind, by, now)

    def invite(self, username: str, by: str, now: datetime) -> str:
        """Return a code with which the account's owner chooses a password; the old password and all sessions end."""
        code = random_password()
        with self._ledger.writing() as pen:
            _require(changed(pen.connection, username, {"password_hash": NO_PASSWORD, "demo": False}), username)
            row = {
                "token_hash": _fingerprint(code),
                "username": username,
                "kind": INVITATION,
                "label": "",
                "opened_at": now.timestamp(),
            }
            pen.connection.execute(SESSIONS.insert().values(**row, expires_at=now.timestamp() + INVITED_SECONDS))
            _note(pen, "account_invited", username, by, now)
        return code

    def accept(self, username: str, code: str, password: str, now: datetime) -> bool:
        """Take up an invitation with a password of one's own; False, and nothing changed, where the code does not open it.

        Raises
        ------
        EntryError
            The password is too easy to guess.
        """
        invited = sa.select(SESSIONS.c.username).join(ACCOUNTS, ACCOUNTS.c.username == SESSIONS.c.username)
        invited = invited.where(
            SESSIONS.c.token_hash == _fingerprint(code), SESSIONS.c.username == username, SESSIONS.c.kind == INVITATION,
            SESSIONS.c.expires_at > now.timestamp(), ACCOUNTS.c.active,
        )  # fmt: skip
        with self._ledger.writing() as pen:
            if pen.connection.execute(invited).first() is None:
                return False
            require_strong(username, password)
            changed(pen.connection, username, {"password_hash": hashed(password)})
            _note(pen, "invitation_accepted", username, username, now)
        return True

    def account(self, username: str) -> tuple[Account, bool] | None:
        """Return an account, locked or not, and whether it may sign in; None where there is none."""
        with self._database.reading() as connection:
            row = connection.execute(sa.select(ACCOUNTS).where(ACCOUNTS.c.username == username)).mappings().first()
        return None if row is None else (as_account(row), bool(row["active"]))

    def history(self, username: str) -> list[dict[str, Any]]:
        """Return what was done to an account, oldest first."""
        return self._ledger.entries(subject=subject_of(username))

    def _change(
        self, username: str, values: Mapping[str, object], kind: str, by: str, now: datetime,
        public: Mapping[str, Any] | None = None, private: Mapping[str, Any] | None = None,
    ) -> None:  # fmt: skip
        with self._ledger.writing() as pen:
            _require(changed(pen.connection, username, values), username)
            _note(pen, kind, username, by, now, public, private)


def subject_of(username: str) -> str:
    """Return what the ledger calls an account."""
    return f"account/{username}"


def _note(
    pen: Pen, kind: str, username: str, by: str, now: datetime, public: Mapping[str, Any] | None = None,
    private: Mapping[str, Any] | None = None,
) -> None:  # fmt: skip
    personal = {name: value for name, value in (private or {}).items() if value is not None}
    pen.append(Entry(stamped(now), by, kind, subject_of(username), public or {}, personal))


def _public(granted: Granted) -> dict[str, Any]:
    return {"role": str(granted.role), "units": list(granted.units)}


def _require(done: bool, username: str) -> None:
    if not done:
        raise EntryError(f"There is no account '{username}'.", f"Akun '{username}' tidak ada.")


def _fingerprint(code: str) -> str:
    return hashlib.sha256(code.strip().lower().encode()).hexdigest()
