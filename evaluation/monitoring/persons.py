"""Whether the newest year's ratings speak of the same people as the years before: a year put to the wrong people does not.

Shares per grade, scales and units stay as they are where ratings are exchanged between people (a join by the wrong key, rows
that slipped, grades drawn by lot), and the correlation over all years hardly moves. The one between the newest year and the years
before it does.
"""

from typing import Any

import numpy as np
import pandas as pd
from scipy.special import ndtr, ndtri

from evaluation.monitoring.labels import FEWEST, LabelParams
from evaluation.monitoring.readings import PERSONS, UNTOLD, number, status_of
from evaluation.monitoring.scales import OWN, last_complete, rated_years
from evaluation.monitoring.stability import POWER

BEFORE = 3
"""Years before a year that it is held against."""


def persons(scores: pd.DataFrame, params: LabelParams, budget: float) -> list[dict[str, Any]]:
    """Return one reading: the correlation of people's ratings in the last complete year with their means of the years before it.

    Parameters
    ----------
    scores : DataFrame
        ``HarmonisedRatings.scores``: employee_id, period_start, period_end, regime, standard.
    params
        ``fall`` against the same figure of the years before (`BEFORE`, on the same scale) that may be, ``worth`` finding.
    budget
        False alarms expected.

    Notes
    -----
    Null hypothesis: the correlation fell by no more than ``params.fall``; its error is (1 - r^2) / sqrt(n). Where no year before is
    rated on the same scale nothing is judged: scales differ in how much of a person they show, and ``spellings`` names a new one.
    """
    years = rated_years(scores)
    year = last_complete(years)
    if year is None:
        return []
    told = scores[["employee_id", "standard"]].assign(year=years).dropna()
    table = told.groupby(["employee_id", "year"], observed=True)["standard"].mean().unstack()
    scale = scores["regime"].astype("object").fillna(OWN).groupby(years).agg(lambda names: names.mode().iloc[0])
    alike = [name for name in table if year - BEFORE <= name < year and scale[name] == scale[year]]
    (value, people), (usual, earlier) = _likeness(table, year), _mean([_likeness(table, name) for name in alike])
    judged = bool(min(people, earlier) >= FEWEST and np.isfinite(value + usual))
    error = np.hypot((1 - value**2) / np.sqrt(people), (1 - usual**2) / np.sqrt(earlier)) if judged else float("nan")
    p_value = float(ndtr(-(usual - value - params.fall) / error)) if judged else float("nan")
    found = judged and bool(ndtr((params.worth - params.fall) / error + ndtri(budget)) >= POWER)
    words = [number(part, 3) for part in (value, usual)]
    return [{
        "signal": PERSONS, "subject": str(year), "year": year, "status": status_of(p_value <= budget, found) if judged else UNTOLD,
        "value": value, "usual": usual, "limit": params.fall, "p_value": p_value, "budget": budget, "cases": people,
        "text": f"Korelasi nilai {year} dengan tahun-tahun sebelumnya per pegawai: {words[0][0]} (biasanya {words[1][0]})",
        "text_en": f"Correlation of people's ratings of {year} with their years before: {words[0][1]} (usually {words[1][1]})",
    }]  # fmt: skip


def _mean(told: list[tuple[float, int]]) -> tuple[float, int]:
    """Return the mean of some figures, weighted by their people, and how many these are."""
    known = [(value, people) for value, people in told if np.isfinite(value)]
    people = sum(count for _, count in known)
    return (sum(value * count for value, count in known) / people if people else float("nan")), people


def _likeness(table: pd.DataFrame, year: int) -> tuple[float, int]:
    """Return the correlation of ``year`` with the mean of the years before it, and of how many people; table: people x years."""
    before = table[[name for name in table if year - BEFORE <= name < year]].mean(axis=1)
    both = (
        pd.DataFrame({"now": table[year], "before": before}).dropna() if year in table else pd.DataFrame({"now": [], "before": []})
    )
    return (float(both["now"].corr(both["before"])) if len(both) > 1 else float("nan")), len(both)
