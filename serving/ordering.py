"""The order of a list as its reader asks for it. Estimates never lift weak evidence above strong on the point alone."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from models.judgement.grades import GRADES, WEAK

STRENGTH = {grade: int(grade in WEAK) for grade in GRADES}
"""Strong evidence before weak, whatever the numbers say."""

SORTS: dict[str, Callable[[Mapping[str, Any]], tuple[float, ...]]] = {
    "order": lambda row: (row["rank"],),
    "uplift": lambda row: (STRENGTH[row["grade"]], -row["uplift"]),
    "lower": lambda row: (STRENGTH[row["grade"]], -row["lower"]),
    "net_value": lambda row: (STRENGTH[row["grade"]], -row["net_value"]),
    "expected": lambda row: (STRENGTH[row["grade"]], -row["expected_in_post"]),
    "rating": lambda row: _missing_last(row["dossier"].recent, falling=True),
    "gap": lambda row: _missing_last(row["training_gap"]),
    "tenure": lambda row: _missing_last(row["dossier"].tenure_months, falling=True),
    "origin": lambda row: _missing_last(row["origin_effect"], falling=True),
}
"""What a list can be sorted by. ``order`` is the published one: by bands, which are ties."""


def sort_rows(rows: Sequence[Mapping[str, Any]], by: str) -> list[Mapping[str, Any]]:
    """Return ``rows`` (each with its ``dossier``) sorted ``by`` a key of ``SORTS``, equal ones in their published order."""
    return sorted(rows, key=lambda row: (*SORTS[by](row), row["rank"]))


def _missing_last(value: float | None, *, falling: bool = False) -> tuple[float, ...]:
    return (1.0, 0.0) if value is None else (0.0, -value if falling else value)
