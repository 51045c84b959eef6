"""Fairness of a run: how groups fare at each step from service to the plan, and whether scores give a protected trait away.

Each group is set against everybody else. The traits are read here and nowhere before: no model, rule or list has seen them.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from evaluation.fairness.groups import Division, divisions, traits
from evaluation.fairness.intervals import chance_above, ratio_interval

RATIO, AUC = "impact ratio", "auc"
ELIGIBLE, SHORTLISTED, PLANNED = "eligible", "shortlisted", "planned"
STEPS: tuple[tuple[str, str], ...] = (
    (ELIGIBLE, "in service"),
    (SHORTLISTED, ELIGIBLE),
    (PLANNED, ELIGIBLE),
    (PLANNED, "in service"),
)
"""What was reached, and among whom."""
SCORES: tuple[str, ...] = ("net_value", "uplift", "stay_outlook")
ALL = "all"
COLUMNS: tuple[str, ...] = (
    "measure", "among", "dimension", "cell", "statistic", "people", "value", "others", "ratio", "lower", "upper", "merged",
    "suppressed",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class FairnessParams:
    """How groups are told apart.

    ``level``: of the intervals; ``fewest``: people in a group that is shown; ``age_bands``: first ages of all but the youngest.
    """

    level: float = 0.95
    fewest: int = 10
    age_bands: tuple[int, ...] = (35, 45, 55)


DIGITS = 9
"""Decimals kept: sums over people run in the order of hashed ids, which the workspace's key decides, and differ beyond."""


def fairness(
    people: pd.DataFrame, scores: pd.DataFrame, vault: pd.DataFrame, as_of: pd.Timestamp, params: FairnessParams
) -> pd.DataFrame:  # fmt: skip
    """Return how every group fared.

    Parameters
    ----------
    people : DataFrame
        Index employee_id, everybody in service: birth_date, and flags eligible, shortlisted, planned.
    scores : DataFrame
        Index employee_id, candidates only: one mean score per person, columns `SCORES`.
    vault : DataFrame
        One row per employee: employee_id, sex, disability.
    as_of : Timestamp
        The day ages are told on.
    params : FairnessParams

    Returns
    -------
    DataFrame
        ``COLUMNS``, one row per measure, base and group. Impact ratio: ``value`` is the group's share, ``others`` that of everybody
        else, ``ratio`` their quotient with its interval (``ratio`` or ``upper`` empty: nobody else got there, there is no limit).
        AUC: ``value`` is the chance that a member of the group scores above somebody else, with its interval; 0.5: the score does
        not tell them apart. ``merged``: how many groups were joined because they were small.
        ``suppressed``: the dimension cannot be shown; one row for all people, without a comparison.
    """
    people = people.sort_index()
    known = traits(vault, people["birth_date"], as_of, params.age_bands)
    rows: list[dict[str, Any]] = []
    for reached, among in STEPS:
        base = people[people[among]] if among in people else people
        for division in divisions(known.loc[base.index], params.fewest):
            rows += _shares(reached, among, base[reached].to_numpy(dtype=bool), division, params.level)
    rated = scores.loc[scores.index.isin(people.index)].sort_index()
    for division in divisions(known.loc[rated.index], params.fewest):
        rows += [row for name in SCORES for row in _traces(name, rated[name].to_numpy(np.float64), division, params.level)]
    return pd.DataFrame(rows, columns=list(COLUMNS)).round(DIGITS)


def _shares(reached: str, among: str, flags: np.ndarray, division: Division, level: float) -> Iterator[dict[str, Any]]:
    """Yield one row per group: its share, that of the others, and the impact ratio."""
    said = {"measure": reached, "among": among, "dimension": division.dimension, "statistic": RATIO, "merged": division.merged}
    if not division.shown:
        yield {**said, **_hidden(len(flags), float(flags.mean()) if len(flags) else np.nan)}
        return
    counted = pd.Series(flags, index=division.labels.to_numpy()).groupby(level=0).agg(["sum", "size"])
    hits, size = (counted[name].to_numpy(dtype=np.float64) for name in ("sum", "size"))
    other_hits, others = hits.sum() - hits, size.sum() - size
    lower, upper = ratio_interval(hits, size, other_hits, others, level)
    for at, group in enumerate(counted.index):
        share, rest = hits[at] / size[at], other_hits[at] / others[at]
        yield {
            **said,
            "cell": str(group), "people": int(size[at]), "value": share, "others": rest, "ratio": share / rest if rest else np.nan,
            "lower": lower[at], "upper": upper[at] if np.isfinite(upper[at]) else np.nan, "suppressed": False,
        }  # fmt: skip


def _traces(name: str, scores: np.ndarray, division: Division, level: float) -> Iterator[dict[str, Any]]:
    """Yield one row per group: how often a member scores above somebody else."""
    said = {"measure": name, "among": "candidates", "dimension": division.dimension, "statistic": AUC, "merged": division.merged}
    if not division.shown:
        yield {**said, **_hidden(len(scores), np.nan)}
        return
    labels = division.labels.to_numpy()
    for group in sorted(set(labels)):
        member = labels == group
        area, lower, upper = chance_above(scores[member], scores[~member], level)
        yield {
            **said,
            "cell": str(group), "people": int(member.sum()), "value": area, "others": np.nan, "ratio": np.nan,
            "lower": lower, "upper": upper, "suppressed": False,
        }  # fmt: skip


def _hidden(people: int, value: float) -> dict[str, Any]:
    nothing = dict.fromkeys(("others", "ratio", "lower", "upper"), np.nan)
    return {"cell": ALL, "people": people, "value": value, **nothing, "suppressed": True}
