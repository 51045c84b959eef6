"""Fairness of a run: how groups fare at each step from service to the plan, and whether scores give a protected trait away.

Each group is set against everybody else. The traits are read here and nowhere before: no model, rule or list has seen them.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from evaluation.fairness.gate import GateParams
from evaluation.fairness.groups import Division, divisions, traits
from evaluation.fairness.intervals import (
    chance_above,
    chance_of_means,
    chance_of_scores,
    chance_of_shares,
    difference_interval,
    mean_and_error,
    ratio_interval,
    root_ratio_interval,
)
from evaluation.group_figures import AUC, ERROR, GAP, RATIO

ELIGIBLE, SHORTLISTED, PLANNED, TRAINED, MENTORED = "eligible", "shortlisted", "planned", "trained", "mentored"
REACHED = (ELIGIBLE, SHORTLISTED, PLANNED, TRAINED, MENTORED)
STEPS: tuple[tuple[str, str], ...] = (
    (ELIGIBLE, "in service"),
    (SHORTLISTED, ELIGIBLE),
    (PLANNED, ELIGIBLE),
    (PLANNED, "in service"),
    (TRAINED, PLANNED),
    (MENTORED, PLANNED),
)
"""What was reached, and among whom."""
SCORES: tuple[str, ...] = ("net_value", "uplift", "stay_outlook")
ALL, UPLIFT = "all", "uplift"
COLUMNS: tuple[str, ...] = (
    "measure", "among", "dimension", "cell", "statistic", "people", "value", "others", "ratio", "lower", "upper", "chance",
    "merged", "suppressed",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class FairnessParams:
    """How groups are told apart, and what a difference does.

    ``level``: of the intervals; ``fewest``: people in a group that is shown; ``age_bands``: first ages of all but the youngest;
    ``gate``: which differences keep a model from publishing.
    """

    level: float = 0.95
    fewest: int = 10
    age_bands: tuple[int, ...] = (35, 45, 55)
    gate: GateParams = field(default_factory=GateParams)


DIGITS = 9
"""Decimals kept: sums over people run in the order of hashed ids, which the workspace's key decides, and differ beyond."""


def fairness(
    people: pd.DataFrame, scores: pd.DataFrame, vault: pd.DataFrame, as_of: pd.Timestamp, params: FairnessParams
) -> pd.DataFrame:  # fmt: skip
    """Return how every group fared.

    Parameters
    ----------
    people : DataFrame
        Index employee_id, everybody in service: birth_date, and flags `REACHED`.
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
        not tell them apart. ``chance``: how often chance alone sets a group and all others as far apart, taken by itself.
        ``merged``: how many groups were joined because they were small.
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


def promises_by_group(
    kept: pd.DataFrame, birth_date: pd.Series, vault: pd.DataFrame, as_of: pd.Timestamp, params: FairnessParams
) -> pd.DataFrame:  # fmt: skip
    """Return how well the uplift promised was borne out, group by group.

    Parameters
    ----------
    kept : DataFrame
        ``evaluation.promises.KEPT``: employee_id, promised, realised, weight; one row per move.
    birth_date : Series
        Index employee_id.
    vault, as_of, params
        As for `fairness`.

    Returns
    -------
    DataFrame
        ``COLUMNS``, measure ``uplift``, among ``moved``. Gap (calibration): ``value`` and ``others`` are the mean of realised less
        promised (SD) of the group and of everybody else; the interval is that of their difference. Error: root mean square of the
        same, ``ratio`` of both with its interval. People with several moves count with their mean.
    """
    missed = (kept["realised"] - kept["promised"]).to_numpy(dtype=np.float64)
    weighed = pd.DataFrame({"missed": missed * kept["weight"], "squared": missed**2 * kept["weight"], "weight": kept["weight"]})
    people = weighed.groupby(kept["employee_id"].astype("str").to_numpy()).sum()
    people = people[people.index.isin(birth_date.index)].sort_index()
    known = traits(vault, birth_date.loc[people.index], as_of, params.age_bands)
    rows: list[dict[str, Any]] = []
    for division in divisions(known, params.fewest) if len(people) else []:
        rows += _gaps(people, division, params.level)
    return pd.DataFrame(rows, columns=list(COLUMNS)).round(DIGITS).astype(_DTYPES)


NUMBERS = ("value", "others", "ratio", "lower", "upper", "chance")
_DTYPES = (
    dict.fromkeys(("measure", "among", "dimension", "cell", "statistic"), "str")
    | dict.fromkeys(("people", "merged"), "int64")
    | dict.fromkeys(NUMBERS, "float64")
    | {"suppressed": "bool"}
)


def _gaps(people: pd.DataFrame, division: Division, level: float) -> Iterator[dict[str, Any]]:
    """Yield two rows per group: by how much outcomes missed the promise, and how large errors are."""
    said = {"measure": UPLIFT, "among": "moved", "dimension": division.dimension, "merged": division.merged}
    if not division.shown:
        yield {**said, "statistic": GAP, **_hidden(len(people), float(people["missed"].sum() / people["weight"].sum()))}
        square = people["squared"].sum() / people["weight"].sum()
        yield {**said, "statistic": ERROR, **_hidden(len(people), float(np.sqrt(square)))}
        return
    labels = division.labels.to_numpy()
    weight = people["weight"].to_numpy(dtype=np.float64)
    for group in sorted(set(labels)):
        member = labels == group
        whole = {"cell": str(group), "people": int(member.sum()), "suppressed": False}
        gap, errors = (
            [mean_and_error(people[name].to_numpy(dtype=np.float64)[side], weight[side]) for side in (member, ~member)]
            for name in ("missed", "squared")
        )
        told: dict[str, tuple[float, ...]] = {}
        sides = (int(member.sum()), int((~member).sum()))
        told[GAP] = (
            gap[0][0], gap[1][0], np.nan, *difference_interval(gap[0], gap[1], level), chance_of_means(gap[0], gap[1], sides),
        )  # fmt: skip
        told[ERROR] = (
            *(float(np.sqrt(mean)) for mean, _ in errors), *root_ratio_interval(errors[0], errors[1], level),
            chance_of_means(errors[0], errors[1], sides),
        )  # fmt: skip
        for statistic, numbers in told.items():
            yield {**said, **whole, "statistic": statistic, **dict(zip(NUMBERS, numbers, strict=True))}


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
    chance = chance_of_shares(hits, size, other_hits, others)
    for at, group in enumerate(counted.index):
        share, rest = hits[at] / size[at], other_hits[at] / others[at]
        yield {
            **said,
            "cell": str(group), "people": int(size[at]), "value": share, "others": rest, "ratio": share / rest if rest else np.nan,
            "lower": lower[at], "upper": upper[at] if np.isfinite(upper[at]) else np.nan, "chance": chance[at], "suppressed": False,
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
            "lower": lower, "upper": upper, "chance": chance_of_scores(scores[member], scores[~member]), "suppressed": False,
        }  # fmt: skip


def _hidden(people: int, value: float) -> dict[str, Any]:
    return {"cell": ALL, "people": people, **dict.fromkeys(NUMBERS, np.nan), "value": value, "suppressed": True}
