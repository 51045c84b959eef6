"""Values of findings as words, in Indonesian and English."""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from features import written
from features.codes import EDUCATION_STEP, EMPLOYEE_STATUSES, JOB_KINDS, LEGAL_STATUSES, RANKS, RATINGS
from rules.months import TOLERANCE, date_at

_NO_NAMES: Mapping[str, Sequence[str]] = {}
_LISTS = {"education_fields": "fields", "certificates": "certificates"}
Words = tuple[list[str], list[str]]
"""The same values in Indonesian and in English."""

MISSING: tuple[str, str] = ("belum tercatat", "not on record")

_RATINGS_EN = {5: "very good", 4: "good", 3: "needs improvement", 2: "poor", 1: "very poor"}
_STANDINGS = {
    "active": "aktif", "unpaid_leave": "cuti di luar tanggungan negara", "suspended": "diberhentikan sementara",
    "study": "tugas belajar", "dismissed": "diberhentikan", "retired": "pensiun", "deceased": "meninggal dunia",
}  # fmt: skip
_SEVERITIES = (("ringan", "light"), ("sedang", "moderate"), ("berat", "heavy"), ("tidak ada", "none"))
_EDUCATIONS = {step: "/".join(name for name, s in EDUCATION_STEP.items() if s == step) for step in EDUCATION_STEP.values()}


def day(date: pd.Timestamp) -> tuple[str, str]:
    """Return a date in words, Indonesian and English: ``("1 Maret 2026", "1 March 2026")``."""
    return written.day(date, "id"), written.day(date, "en")


def decimal(number: float, digits: int = 1) -> tuple[str, str]:
    """Return a number in words, with the decimal comma in Indonesian."""
    text = f"{number:.{digits}f}"
    return text.replace(".", ","), text


def worded(name: str, values: NDArray[Any], names: Mapping[str, Sequence[str]] = _NO_NAMES) -> Words:
    """Return the values called ``name`` in a finding as words; missing ones as "belum tercatat".

    Parameters
    ----------
    name
        Name of a value of a finding; it decides the wording.
    values
        Its values, one per pair.
    names
        What codes of the city's own lists stand for (`rules.encoding.Encoded.names`).
    """
    word = _word(name, names)
    distinct, where = np.unique(np.asarray(values, dtype=np.float64), return_inverse=True)
    pairs = [MISSING if np.isnan(value) else word(value) for value in distinct.tolist()]
    return [pairs[n][0] for n in where.ravel()], [pairs[n][1] for n in where.ravel()]


def as_json(values: dict[str, list[str]]) -> list[str]:
    """Return one JSON object per pair of the values in words."""
    return [json.dumps(dict(zip(values, row, strict=True)), ensure_ascii=False) for row in zip(*values.values(), strict=True)]


def _word(name: str, names: Mapping[str, Sequence[str]]) -> Callable[[float], tuple[str, str]]:
    if name in _BY_NAME:
        return _BY_NAME[name]
    if name in _LISTS:
        listed = names[_LISTS[name]]
        return lambda value: MISSING if value < 0 else _same(listed[int(value)].replace(";", ", "))
    if name == "competencies_short":
        return lambda value: _same(", ".join(one for n, one in enumerate(names["competencies"]) if (int(value) >> n) & 1) or "-")
    if name.endswith("_clear"):
        return _CLEAR
    if name.endswith(("_on", "_from", "_until")):
        return lambda value: day(pd.Timestamp(date_at([value])[0]))
    if name.endswith("_missing"):
        return lambda value: _same(str(max(int(np.ceil(value - TOLERANCE)), 0)))
    return lambda value: _same(str(int(np.floor(value + TOLERANCE))))


def _same(text: str) -> tuple[str, str]:
    return text, text


def _code(names: Sequence[tuple[str, str]]) -> Callable[[float], tuple[str, str]]:
    return lambda value: names[int(value)] if value >= 0 else MISSING


def _rating(value: float) -> tuple[str, str]:
    return RATINGS[int(value)], _RATINGS_EN[int(value)]


_CLEAR = _code((("tidak bersih atau tidak lulus", "not clear or failed"), ("bersih atau lulus", "clear or passed")))
_YES = _code((("tidak", "no"), ("ya", "yes")))
_KINDS = _code(tuple(zip(
    ("JPT", "administrator", "pengawas", "pelaksana", "fungsional keahlian", "fungsional keterampilan"),
    (kind.replace("_", " ") for kind in JOB_KINDS), strict=True,
)))  # fmt: skip
_EDUCATION = _code([_same(_EDUCATIONS.get(step, "-")) for step in range(max(_EDUCATIONS) + 1)])
_RANK = _code([_same(rank) for rank in RANKS])
_BY_NAME: dict[str, Callable[[float], tuple[str, str]]] = {
    "status": _code([_same(status) for status in EMPLOYEE_STATUSES]),
    "legal_status": _code([(_STANDINGS[standing], standing.replace("_", " ")) for standing in LEGAL_STATUSES]),
    "severity": _code(_SEVERITIES),
    "open_case": _YES,
    "family_same_unit": _YES,
    "family_in_line": _YES,
    "second_job_kind": _KINDS,
    "need_of_unit": lambda value: decimal(value),
    "needed": lambda value: decimal(value),
    "levels_short": lambda value: decimal(value),
    "rank_number": _RANK,
    "rank_number_needed": _RANK,
    "education_step": _EDUCATION,
    "education_step_needed": _EDUCATION,
    "rating_last": _rating,
    "rating_prior": _rating,
    "rating_needed": _rating,
    "age": lambda value: decimal(value, 2),
    "fill_tenths": lambda value: decimal(value),
}


def in_line(title: str) -> str:
    """Return a title as it stands within a sentence: small at the start, abbreviations (LHKPN, JPT) as they are."""
    return title if title[1:2].isupper() else title[:1].lower() + title[1:]
