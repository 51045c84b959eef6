"""Whom people mean: somebody is named by what they are known by outside, by the source's own identifier, or by NIP."""

from typing import Any

import pandas as pd

from features.person_codes import as_code, person_code
from features.pseudonyms import pseudonyms
from features.snapshot import load_identity
from publication.answers import Answers
from publication.workspace import Workspace

_LONGEST = 200
MOST_NAMED = 50
"""People looked at for the one whose whole name or NIP was given."""


def hashed_ids(identity: pd.DataFrame, names: pd.Series, key: bytes) -> pd.Series:
    """Return the hashed ``employee_id`` of everybody named, on the index of ``names``; missing where it is nobody.

    ``identity``: of the snapshot (`features.snapshot.load_identity`).
    """
    hashed = identity["employee_id"].astype("str")
    of_outside = pd.Series(hashed.to_numpy(), index=identity["source_id"].astype("str"))
    has_nip = identity["nip"].notna().to_numpy()
    of_nip = pd.Series(hashed[has_nip].to_numpy(), index=identity.loc[has_nip, "nip"].astype("str"))
    own = pd.Series(pseudonyms(key, names.fillna("")), index=names.index)
    found = names.map(of_outside).fillna(own.where(own.isin(hashed))).fillna(names.map(of_nip))
    return found.fillna(names.map(as_code, na_action="ignore").map(of_outside)).astype("str")


def person_named(answers: Answers, given: str, key: bytes = b"") -> dict[str, Any] | None:
    """Return the person meant by ``given``: what they are known by outside, a NIP, or a whole name; None: nobody, or several.

    ``key``: of the workspace, for whoever may also name people by the source's own identifier where they are coded.
    """
    wanted = given.strip()
    if not wanted or len(wanted) > _LONGEST or not wanted.isprintable():
        return None
    ids = [one for one in (wanted, as_code(wanted), person_code(key, wanted) if key else None) if one]
    known = answers.people(ids)
    if known:
        return next(known[one] for one in ids if one in known)
    plain = "".join(wanted.lower().split())
    hits = [row for row in answers.find_people(wanted, MOST_NAMED)
            if plain in ("".join((row[name] or "").lower().split()) for name in ("nip", "name"))]  # fmt: skip
    return hits[0] if len(hits) == 1 else None


def every_id(workspace: Workspace, name: str) -> tuple[str, ...]:
    """Return whatever the person ``name`` may be called in files and tables: outside, in the source, by NIP.

    Who is in no snapshot any more has the name itself, and the code it may have had.
    """
    wanted = name.strip()
    names = {one for one in (wanted, as_code(wanted), wanted and person_code(workspace.key(), wanted)) if one}
    folders = sorted(workspace.snapshots.glob("[!.]*/"))
    called = [load_identity(workspace.snapshots, folder.name)[["source_id", "nip"]] for folder in folders]
    for _ in range(2):  # a snapshot may know by NIP alone whom another knows by both
        for pairs in called:
            hit = pairs[pairs.isin(names).any(axis="columns")]
            names |= set(hit["source_id"]) | set(hit["nip"].dropna())
    return tuple(sorted(names))
