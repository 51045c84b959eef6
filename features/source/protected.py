"""Columns about people that may never become a feature, by their names: protected traits, identities, age."""

import re

from features.source.vocabulary import words

TELLING: frozenset[str] = frozenset({
    "sex", "gender", "kelamin", "jk", "disability", "disabled", "disabilitas", "difabel", "religion", "agama", "kepercayaan",
    "ethnicity", "ethnic", "race", "suku", "etnis", "ras", "marital", "marriage", "kawin", "nikah", "perkawinan", "spouse",
    "pasangan", "suami", "istri", "party", "partai", "nip", "nik", "ktp", "npwp", "nama", "name", "usia", "umur", "age", "lahir",
    "birth", "birthdate", "born", "email", "telepon", "phone", "hp",
})  # fmt: skip
"""Words of which one in a column's name is enough."""


def tells_who(name: str) -> bool:
    """Return whether a column of that name tells who somebody is; what is written under another name is not found."""
    plain = set(re.split(r"[^a-z0-9]+", name.casefold()))
    return bool(TELLING & (plain | set(words(name))))
