"""Writing the ledger in the same transaction as what it records, reading it, and verifying it."""

import json
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import astuple, dataclass, field
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import OperationalError

from features.bilingual import Bilingual
from features.errors import LedgerError
from publication.database.records import RecordsDatabase
from publication.ledger.chain import ERASED, GENESIS, Head, Link, Private, canonical, commitment_of, faults, hash_of
from publication.ledger.head import keep_head, read_head
from publication.ledger.tables import LEDGER, PRIVATE

UNREADABLE = Bilingual("the stored entries cannot be read as text", "catatan tersimpan tidak dapat dibaca sebagai teks")


@dataclass(frozen=True, slots=True)
class Entry:
    """What is to be recorded: when (local time with offset), by which account, what, about what.

    ``public`` holds no person; ``private`` (employee ids, free text) can be erased by law, leaving its commitment.
    """

    at: str
    actor: str
    kind: str
    subject: str
    public: Mapping[str, Any] = field(default_factory=dict)
    private: Mapping[str, Any] = field(default_factory=dict)


@dataclass
class Pen:
    """An open transaction that may write to the ledger; ``connection`` writes what the entries record."""

    connection: sa.Connection
    last: Head | None = None

    def append(self, entry: Entry) -> int:
        """Append ``entry`` and return its ``seq``; it is there if and only if the transaction is committed."""
        before = self.last or self._last()
        salt, body = (secrets.token_hex(16), canonical(entry.private)) if entry.private else ("", "")
        commitment = commitment_of(salt, body) if body else ""
        open_link = Link(
            before.seq + 1, entry.at, entry.actor, entry.kind, entry.subject, canonical(entry.public), commitment, before.hash, ""
        )
        values = dict(zip(Link.__slots__, astuple(open_link), strict=True)) | {"hash": hash_of(open_link)}
        self.connection.execute(LEDGER.insert().values(**values))
        if body:
            self.connection.execute(PRIVATE.insert().values(seq=open_link.seq, salt=salt, body=body))
        self.last = Head(open_link.seq, str(values["hash"]))
        return open_link.seq

    def _last(self) -> Head:
        row = self.connection.execute(sa.select(LEDGER.c.seq, LEDGER.c.hash).order_by(LEDGER.c.seq.desc()).limit(1)).first()
        return Head(0, GENESIS) if row is None else Head(int(row.seq), str(row.hash))


@dataclass(frozen=True, slots=True)
class Verification:
    """What verifying found: how many entries, the last of them, and every fault (none: intact)."""

    entries: int
    head: Head
    faults: tuple[Bilingual, ...]


class Ledger:
    """The ledger in the application database, and its head file where one is kept."""

    def __init__(self, database: RecordsDatabase, head_file: Path | None = None) -> None:
        self._database = database
        self._head_file = head_file

    @contextmanager
    def writing(self) -> Iterator[Pen]:
        """Yield a pen; its transaction is committed whole, then the head is kept."""
        with self._database.writing() as connection:
            pen = Pen(connection)
            yield pen
        if pen.last is not None and self._head_file is not None:
            keep_head(self._head_file, pen.last)

    def append(self, entry: Entry) -> int:
        """Append one entry in a transaction of its own."""
        with self.writing() as pen:
            return pen.append(entry)

    def entries(
        self, *, subject: str | None = None, limit: int | None = None, after: int = 0, connection: sa.Connection | None = None
    ) -> list[dict[str, Any]]:
        """Return entries in order, ``public`` and ``private`` as dicts (``private`` None where erased, empty where none)."""
        wanted = sa.select(LEDGER, PRIVATE.c.body).outerjoin(PRIVATE, LEDGER.c.seq == PRIVATE.c.seq).where(LEDGER.c.seq > after)
        if subject is not None:
            wanted = wanted.where(LEDGER.c.subject == subject)
        wanted = wanted.order_by(LEDGER.c.seq).limit(limit)
        if connection is not None:
            return [_read(dict(row)) for row in connection.execute(wanted).mappings()]
        with self._database.reading() as own:
            return [_read(dict(row)) for row in own.execute(wanted).mappings()]

    def head(self) -> Head:
        """Return the last entry of the database."""
        with self._database.reading() as connection:
            return Pen(connection)._last()

    def news(self, after: int) -> tuple[int, bool]:
        """Return the number of the last entry, and whether somebody was erased by one after number ``after``."""
        erasure = sa.func.max(sa.case((LEDGER.c.kind == ERASED, 1), else_=0))
        with self._database.reading() as connection:
            last, erased = connection.execute(sa.select(sa.func.max(LEDGER.c.seq), erasure).where(LEDGER.c.seq > after)).one()
        return (after if last is None else int(last)), bool(erased)

    def verify(self, anchor: Head | None = None) -> Verification:
        """Return what a full walk along the chain finds, against the kept head and, if given, one noted elsewhere."""
        try:
            with self._database.reading() as connection:
                links = [Link(*row) for row in connection.execute(sa.select(LEDGER).order_by(LEDGER.c.seq))]
                private = {int(row.seq): Private(*row) for row in connection.execute(sa.select(PRIVATE))}
        except (OperationalError, UnicodeDecodeError, ValueError):
            return Verification(0, Head(0, GENESIS), (UNREADABLE,))
        kept = read_head(self._head_file) if self._head_file is not None else None
        found = faults(links, private, kept if self._head_file is not None else Head(0, GENESIS))
        if anchor is not None:
            found += [fault for fault in faults(links, private, anchor) if fault not in found]
        last = Head(links[-1].seq, links[-1].hash) if links else Head(0, GENESIS)
        return Verification(len(links), last, tuple(found))

    def erase(self, pen: Pen, seqs: list[int], at: str, actor: str, ground: str) -> None:
        """Erase the personal parts of entries, and record that it was done and on which ground."""
        pen.connection.execute(PRIVATE.delete().where(PRIVATE.c.seq.in_(seqs)))
        pen.append(Entry(at, actor, ERASED, "ledger", {"seqs": sorted(seqs), "ground": ground}))


def anchor_of(text: str) -> Head:
    """Return the head written as ``SEQ:HASH`` on a signed document.

    Raises
    ------
    LedgerError
        It is not written so.
    """
    seq, _, digest = text.strip().partition(":")
    if not seq.isdigit() or len(digest) != len(GENESIS):
        raise LedgerError(
            "Write the anchor as NUMBER:HASH, as it stands on the signed document.",
            "Tulis jangkar sebagai NOMOR:HASH, seperti tertera pada dokumen yang ditandatangani.",
        )
    return Head(int(seq), digest)


def _read(row: Mapping[str, Any]) -> dict[str, Any]:
    private = json.loads(row["body"]) if row["body"] else (None if row["commitment"] else {})
    shown = {name: row[name] for name in ("seq", "at", "actor", "kind", "subject", "hash")}
    return {**shown, "public": json.loads(row["public"]), "private": private}
