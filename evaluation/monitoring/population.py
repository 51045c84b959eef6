"""Drift of people, posts and units: features today against the last day the model learned from, beside how they usually change."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import pandas as pd
from scipy.stats import binom

from evaluation.monitoring.readings import PEOPLE, number, status_of
from evaluation.monitoring.stability import POWER, index_between
from features.definitions import FEATURES
from features.frames import FeatureFrames

UNIT, LEFT = "unit_", "left"
FEWEST_STEPS = 2
"""Steps from one day to the next that tell what is usual: the last, and one before."""
NOT_COMPARED = frozenset({
    "perf_level", "perf_trend", "perf_volatility", "perf_reliability", "perf_n", "perf_exposure", "perf_age_months",
    "perf_leniency", "exp_families", "exp_units", "exp_level", "exp_top_level", "move_n", "move_last_gain",
    "rank_months", "comp_age_months", "ten_idle_months", "ten_post_months", "ten_unit_months", "ten_level_months", "ten_stale",
    "pos_holders_5y", "unit_turnover",
})  # fmt: skip
"""Features that differ from year to year where nobody does: those that grow with the record, and those that tell how long ago
everybody was rated, promoted, assessed or moved on one and the same day."""


@dataclass(frozen=True, slots=True)
class DriftParams:
    """``limit``: index that may be, the usual word for stable; ``worth``: the one worth finding, the usual word for shifted.

    ``left`` and ``left_worth``: the same of the share of people who left, as multiples of the largest share in earlier years.
    """

    limit: float = 0.1
    worth: float = 0.25
    left: float = 1.5
    left_worth: float = 2.0


def drift(days: Sequence[FeatureFrames], params: DriftParams, budget: float) -> list[dict[str, Any]]:
    """Return one reading per feature, and one of how many people left.

    Parameters
    ----------
    days
        Features on equally spaced days of the same season, the newest first: today, the last day learned from, and earlier ones
        whose changes among themselves are what is usual. At least two.
    params
    budget
        False alarms expected of all features together.

    Notes
    -----
    The null hypothesis is that the true index is no more than the limit, or than the largest change between earlier days, where
    that is more: features that grow with the record change every year, and are no news. A feature of units is judged on units, one
    of posts on posts. People who stay are in both samples, which makes the test cautious.
    """
    samples = [_samples(day) for day in days]
    compared = [(kind, str(name)) for kind, frame in samples[0].items() for name in frame
                if name in samples[1][kind] and name not in NOT_COMPARED]  # fmt: skip
    alpha = budget / (len(compared) + 1)
    told = {feature.name: (feature.meaning_id, feature.meaning_en) for feature in FEATURES}
    readings = [_reading(samples, kind, name, told.get(name, (name, name)), params, alpha) for kind, name in compared]
    return [*_leavers([day.employees.index for day in days], params, alpha), *readings]


def _leavers(people: Sequence[pd.Index], params: DriftParams, alpha: float) -> list[dict[str, Any]]:
    """Return a reading of the share of people who left since the day before, where earlier days tell what is usual.

    The null hypothesis is that it is no more than ``params.left`` times the largest share before: an exact binomial test. Whoever
    leaves in numbers takes a part of every feature along, mostly less than the index of any one of them can tell.
    """
    shares = [float((~before.isin(after)).mean()) for after, before in pairwise(people) if len(before)]
    if len(shares) < FEWEST_STEPS:
        return []
    share, usual, n = shares[0], max(shares[1:]), len(people[1])
    limit, worth = (min(times * usual, 1.0) for times in (params.left, params.left_worth))
    p_value = float(binom.sf(round(share * n) - 1, n, limit))
    told = bool(binom.sf(binom.isf(alpha, n, limit), n, worth) >= POWER)
    words = [number(100 * value, 1) for value in (share, limit)]
    return [{
        "signal": PEOPLE, "subject": LEFT, "status": status_of(p_value <= alpha, told), "value": share, "usual": usual,
        "limit": limit, "p_value": p_value, "budget": alpha, "cases": n,
        "text": f"Pegawai yang keluar: {words[0][0]} % (batas {words[1][0]} %)",
        "text_en": f"People who left: {words[0][1]} % (limit {words[1][1]} %)",
    }]  # fmt: skip


def _samples(day: FeatureFrames) -> dict[str, pd.DataFrame]:
    """Return what is sampled: people, posts, and units once each."""
    posts = day.positions
    of_units = [name for name in posts if str(name).startswith(UNIT)]
    units = posts[~day.places["unit_id"].reindex(posts.index).duplicated().to_numpy()]
    return {"employees": day.employees, "positions": posts.drop(columns=of_units), "units": units[of_units]}


def _reading(
    samples: Sequence[dict[str, pd.DataFrame]], kind: str, name: str, meaning: tuple[str, str], params: DriftParams, alpha: float
) -> dict[str, Any]:  # fmt: skip
    now, before, *earlier = (part[kind][name] for part in samples if name in part[kind])
    seen = index_between(before, now)
    usual = max((index_between(old, new).value for new, old in pairwise([before, *earlier])), default=float("nan"))
    limit = max(params.limit, usual) if usual == usual else params.limit
    p_value = seen.p_value(limit)
    told = seen.would_find(max(params.worth, params.worth / params.limit * limit), limit, alpha)
    words = [number(value) for value in (seen.value, limit)]
    return {
        "signal": PEOPLE, "subject": name, "status": status_of(p_value <= alpha, told), "value": seen.value, "usual": usual,
        "limit": limit, "p_value": p_value, "budget": alpha, "cases": min(len(before), len(now)),
        "text": f"Sebaran berubah: {meaning[0]} (indeks {words[0][0]}, batas {words[1][0]})",
        "text_en": f"Change of distribution: {meaning[1]} (index {words[0][1]}, limit {words[1][1]})",
    }  # fmt: skip
