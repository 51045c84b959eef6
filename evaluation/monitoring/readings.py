"""One row of the monitor: a signal read on one subject, set against a limit, with a status of three words."""

from typing import Any

import pandas as pd

SAFE, REVIEW, UNTOLD = "aman", "perlu ditelaah", "tidak cukup data"
"""All a reading may say: nothing found, to be looked at by people, too little data to tell."""
STATUSES = (SAFE, REVIEW, UNTOLD)

PEOPLE, RULES, SHARES, UNIT_YEARS, SPELLINGS, PERSONS, LABELS, PROMISES, UNTRIED = (
    "people", "rules", "shares", "unit_years", "spellings", "persons", "labels", "promises", "untried",
)  # fmt: skip
SIGNALS = (PEOPLE, RULES, SHARES, UNIT_YEARS, SPELLINGS, PERSONS, LABELS, PROMISES, UNTRIED)
TESTED = (PEOPLE, SHARES, UNIT_YEARS, PERSONS, LABELS, PROMISES)
"""Signals in which chance alone can raise an alarm; they share the budget in equal parts. The others are facts or shares."""

COLUMNS = (
    "signal", "subject", "status", "value", "usual", "limit", "p_value", "budget", "cases", "text", "text_en",
)  # fmt: skip
_DTYPES = dict.fromkeys(("value", "usual", "limit", "p_value", "budget"), "float64") | {"cases": "int64"}


def as_readings(rows: list[dict[str, Any]]) -> pd.DataFrame:
    """Return ``rows`` as a frame of `COLUMNS`; numbers that a signal does not know are empty."""
    frame = pd.DataFrame(rows, columns=list(COLUMNS))
    return frame.astype({name: _DTYPES.get(name, "str") for name in COLUMNS})


def status_of(alarm: bool, told: bool) -> str:
    """Return the status of a reading that raises an alarm, or not, where there are enough cases to be ``told``."""
    return REVIEW if alarm else SAFE if told else UNTOLD


def number(value: float, digits: int = 2) -> tuple[str, str]:
    """Return ``value`` as written in Indonesian and in English; a dash where there is none."""
    written = "–" if pd.isna(value) else f"{value:.{digits}f}"
    return written.replace(".", ","), written
