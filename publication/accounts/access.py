"""The access log: which account looked at what of whom, and when. It is in the database, never in a log file."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import sqlalchemy as sa

from publication.accounts.tables import ACCESS
from publication.database.records import RecordsDatabase


@dataclass(frozen=True, slots=True)
class Seen:
    """One look: ``at`` local time with offset, ``action`` a route or a deed (reveal, export), ``subject`` what it was about."""

    at: str
    username: str
    role: str
    action: str
    subject: str = ""
    address: str = ""
    status: int = 200


class AccessLog:
    """The access log in the application database; rows are added and never changed or deleted."""

    def __init__(self, database: RecordsDatabase) -> None:
        self._database = database

    def write(self, looks: Sequence[Seen]) -> None:
        """Add looks in one transaction."""
        if looks:
            with self._database.writing() as connection:
                connection.execute(ACCESS.insert(), [asdict(look) for look in looks])

    def newest(self, *, limit: int = 200, offset: int = 0, **equal: str) -> list[dict[str, Any]]:
        """Return looks, the newest first; ``equal``: column to the value it must have."""
        wanted = sa.select(ACCESS).where(*(ACCESS.c[name] == value for name, value in equal.items()))
        with self._database.reading() as connection:
            found = connection.execute(wanted.order_by(ACCESS.c.entry_id.desc()).limit(limit).offset(offset))
            return [dict(row) for row in found.mappings()]
