"""Past moves as precedents of a pair: what was recorded before and after moves most like it, told without any person.

A precedent is an example, not an estimate: scores drift back to the mean by themselves, and nobody drew lots. Pages say so.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from features.posts import DAYS_PER_MONTH

BEFORE_MONTHS = 24.0
"""Scores of periods that ended within these months before the move count as before."""
AFTER_MONTHS = (6.0, 24.0)
"""Scores of periods that ended between these months after it, in the new post, count as after."""
COLUMNS = (
    "precedent", "year", "from_family", "to_family", "from_kind", "to_kind", "level_step", "same_unit", "arrival",
    "tenure_months", "before", "after", "change",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class PairTraits:
    """What a move would be like: families, kinds, step in level, months in the present post, performance (SD); None: unknown."""

    from_family: str | None
    to_family: str | None
    to_kind: str | None
    level_step: float | None
    tenure_months: float | None
    before: float | None


def past_moves(spells: pd.DataFrame, scores: pd.DataFrame) -> pd.DataFrame:
    """Return every real move with scores on both sides of it, one row each, numbered in order of date and person.

    Parameters
    ----------
    spells
        `features.posts.definitive_spells`.
    scores
        `HarmonisedRatings.scores`.

    Returns
    -------
    DataFrame
        precedent (a number as text), year, families and kinds left and entered, level_step, same_unit, arrival, tenure_months
        in the post left, before and after (mean neutral score, SD), change. No person, post or day: a year and kinds only.
    """
    ordered = spells.sort_values(["employee_id", "start_on"], kind="stable", ignore_index=True)
    shifted = ordered.groupby("employee_id", observed=True).shift(1)
    left = shifted[["unit_id", "job_family", "job_kind", "level", "since"]].add_prefix("from_")
    moves = ordered.join(left)[ordered["moved"].to_numpy(dtype=bool)].reset_index(drop=True)
    moves = moves[moves["from_since"].notna()].sort_values(["start_on", "employee_id"], kind="stable", ignore_index=True)
    moves["before"] = _mean_score(moves, scores, -BEFORE_MONTHS, 0.0)
    moves["after"] = _mean_score(moves, scores, *AFTER_MONTHS)
    known = moves.dropna(subset=["before", "after"]).reset_index(drop=True)
    told = pd.DataFrame({
        "precedent": pd.Series(np.arange(1, len(known) + 1)).astype("str"),
        "year": known["start_on"].dt.year.astype("int64"),
        "from_family": known["from_job_family"], "to_family": known["job_family"],
        "from_kind": known["from_job_kind"], "to_kind": known["job_kind"],
        "level_step": (known["level"] - known["from_level"]).astype("float64"),
        "same_unit": known["unit_id"] == known["from_unit_id"],
        "arrival": known["arrival"],
        "tenure_months": ((known["start_on"] - known["from_since"]).dt.days / DAYS_PER_MONTH).astype("float64"),
        "before": known["before"].astype("float64"), "after": known["after"].astype("float64"),
        "change": (known["after"] - known["before"]).astype("float64"),
    })  # fmt: skip
    return told[list(COLUMNS)]


def recent_moves(spells: pd.DataFrame, as_of: pd.Timestamp, months: float) -> pd.DataFrame:
    """Return who has moved within ``months`` before ``as_of`` and is still there: person, both posts, moved_on, arrival."""
    ordered = spells.sort_values(["employee_id", "start_on"], kind="stable", ignore_index=True)
    left = ordered.groupby("employee_id", observed=True)["position_id"].shift(1)
    since = as_of - pd.Timedelta(days=round(months * DAYS_PER_MONTH))
    there = ordered["open"].to_numpy(dtype=bool) & ordered["moved"].to_numpy(dtype=bool) & (ordered["start_on"] > since).to_numpy()
    moves = ordered.assign(from_position=left)[there & left.notna().to_numpy()]
    moves = moves.rename(columns={"position_id": "to_position", "start_on": "moved_on"})
    return moves[["employee_id", "from_position", "to_position", "moved_on", "arrival"]].reset_index(drop=True)


def nearest(past: pd.DataFrame, pair: PairTraits, most: int = 5) -> pd.DataFrame:
    """Return the ``most`` past moves most like ``pair``, nearest first.

    Distance adds three for another family entered, two for another kind entered, one for another family left, and the
    differences in level step (per 10 levels), tenure (per 60 months) and performance before (per SD), each at most one. What
    is unknown of the pair is left out. Equal distances: the later move first.
    """
    parts = [
        3 * _differs(past["to_family"], pair.to_family),
        2 * _differs(past["to_kind"], pair.to_kind),
        _differs(past["from_family"], pair.from_family),
        _apart(past["level_step"], pair.level_step, 10.0),
        _apart(past["tenure_months"], pair.tenure_months, 60.0),
        _apart(past["before"], pair.before, 1.0),
    ]
    distance = np.sum(parts, axis=0) if len(past) else np.zeros(0)
    order = np.lexsort((-past["year"].to_numpy(), distance))[:most]
    return past.iloc[order].assign(distance=distance[order]).reset_index(drop=True)


def _mean_score(moves: pd.DataFrame, scores: pd.DataFrame, first: float, last: float) -> pd.Series:
    """Return the mean score of each move's person over periods ended within the months after (negative: before) the move."""
    wanted = moves[["employee_id", "start_on", "position_id"]].reset_index(names="move")
    rated = scores[["employee_id", "period_end", "position_id", "score"]]
    pairs = wanted.merge(rated, on="employee_id", suffixes=("", "_rated"))
    months = (pairs["period_end"] - pairs["start_on"]).dt.days / DAYS_PER_MONTH
    kept = (months > first) & (months <= last)
    if first >= 0:
        kept &= pairs["position_id_rated"].isna() | (pairs["position_id_rated"] == pairs["position_id"])
    return pairs[kept].groupby("move")["score"].mean().reindex(moves.index)


def _differs(column: pd.Series, value: str | None) -> np.ndarray:
    return np.zeros(len(column)) if value is None else (column != value).to_numpy(dtype=np.float64)


def _apart(column: pd.Series, value: float | None, unit: float) -> np.ndarray:
    if value is None:
        return np.zeros(len(column))
    gap = (column.astype("float64") - value).abs() / unit
    return np.asarray(gap.clip(upper=1.0).fillna(1.0).to_numpy(dtype=np.float64))
