"""The chain of the ledger as pure functions: canonical text, hashes, and what verification finds.

Each entry's hash covers its fields and the hash before it, as certificate-transparency and audit logs do (Schneier and Kelsey 1999,
"Secure audit logs to support computer forensics"). What is personal stands beside the chain, bound to it by a salted commitment:
it can be erased by law without breaking the chain, and not be altered without breaking its commitment.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from features.bilingual import Bilingual

GENESIS = "0" * 64
"""What the first entry names as the hash before it."""


@dataclass(frozen=True, slots=True)
class Link:
    """One stored entry. ``public`` is canonical JSON without a person in it; ``commitment`` is empty where nothing is private."""

    seq: int
    at: str
    actor: str
    kind: str
    subject: str
    public: str
    commitment: str
    previous: str
    hash: str


@dataclass(frozen=True, slots=True)
class Private:
    """The personal part of one entry: canonical JSON, and the salt of its commitment."""

    seq: int
    salt: str
    body: str


@dataclass(frozen=True, slots=True)
class Head:
    """The last entry that is known to have been written."""

    seq: int
    hash: str


def canonical(value: Mapping[str, Any]) -> str:
    """Return ``value`` as the one JSON text that is hashed: keys sorted, no spaces, no numbers that are none."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def hash_of(link: Link) -> str:
    """Return the hash a link should carry: SHA-256 over everything else in it, the previous hash included."""
    fields = {name: getattr(link, name) for name in Link.__slots__ if name != "hash"}
    return hashlib.sha256(canonical(fields).encode()).hexdigest()


def commitment_of(salt: str, body: str) -> str:
    """Return the commitment to a private body; the salt keeps it from being guessed once the body is erased."""
    return hashlib.sha256(f"{salt}\n{body}".encode()).hexdigest()


def faults(links: Iterable[Link], private: Mapping[int, Private], head: Head | None) -> list[Bilingual]:
    """Return everything that shows the ledger is not what was written; empty for an intact one.

    Parameters
    ----------
    links
        Stored entries by ``seq``.
    private
        Personal parts that are still there, by ``seq``.
    head
        What the kept head file says; None where there is none.
    """
    found: list[Bilingual] = []
    previous, place, hashes, erased, committed = GENESIS, 0, {}, set(), {}
    for link in links:
        place += 1
        if link.seq != place:
            found.append(Bilingual(f"entry {place} is missing or out of place", f"catatan {place} hilang atau berpindah tempat"))
            place = link.seq
        if link.hash != hash_of(link):
            found.append(Bilingual(f"entry {link.seq} has been altered", f"catatan {link.seq} telah diubah"))
        if link.previous != previous:
            found.append(Bilingual(f"entry {link.seq} does not follow the one before", f"catatan {link.seq} tidak menyambung"))
        if link.kind == ERASED:
            erased |= _erased_by(link)
        previous = hashes[link.seq] = link.hash
        committed[link.seq] = link.commitment
    found += _private_faults(committed, private, erased)
    return found + _head_faults(hashes, head)


ERASED = "erased"
"""Kind of the entry that says whose personal parts (``seqs``) were erased by law."""


def _erased_by(link: Link) -> set[int]:
    try:
        return {int(seq) for seq in json.loads(link.public)["seqs"]}
    except (ValueError, KeyError, TypeError):
        return set()


def _private_faults(committed: Mapping[int, str], private: Mapping[int, Private], erased: set[int]) -> list[Bilingual]:
    found = []
    for seq, commitment in committed.items():
        part = private.get(seq)
        if part is None:
            if commitment and seq not in erased:
                found.append(Bilingual(f"the personal part of entry {seq} is gone without a record of its erasure",
                                       f"bagian pribadi catatan {seq} hilang tanpa catatan penghapusan"))  # fmt: skip
        elif commitment_of(part.salt, part.body) != commitment:
            found.append(
                Bilingual(f"the personal part of entry {seq} has been altered", f"bagian pribadi catatan {seq} telah diubah")
            )
    strays = sorted(set(private) - set(committed))
    return found + [
        Bilingual(f"a personal part {seq} belongs to no entry", f"bagian pribadi {seq} tidak bercatatan") for seq in strays
    ]


def _head_faults(hashes: Mapping[int, str], head: Head | None) -> list[Bilingual]:
    if head is None:
        missing = Bilingual("the head file is missing", "berkas kepala buku (ledger.head) hilang")
        return [missing] if hashes else []
    if head.seq == 0 and head.hash == GENESIS:
        return []
    if head.seq not in hashes:
        last = max(hashes, default=0)
        return [Bilingual(f"entries are cut off after {last}; the head names entry {head.seq}",
                          f"catatan terpotong setelah {last}; kepala buku menyebut catatan {head.seq}")]  # fmt: skip
    if hashes[head.seq] != head.hash:
        return [Bilingual(f"entry {head.seq} is not the one the head names", f"catatan {head.seq} bukan yang disebut kepala buku")]
    return []
