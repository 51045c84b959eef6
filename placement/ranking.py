"""The order of a list: bands of overlapping intervals, then eligibility, strong evidence before weak, and net value.

Within a band all grades apart would cost a third of what the first ten of a list gain, strong and weak apart a tenth
(docs/experiments.md): a grade says how far an estimate may be off, not who is better.
"""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from models.judgement.grades import GRADES, WEAK

Array = NDArray[np.float64]
Codes = NDArray[np.int64]
_WEAK_FROM = GRADES.index(WEAK[0])
DECIMALS = 9
"""Net values are compared to this many decimals (SD), so that float64 rounding never orders two equal people."""


def bands(lower: Array, upper: Array) -> Codes:
    """Return the band (from 1) of each of a list sorted by falling value.

    The first is the leader of band 1; a band goes on while intervals overlap the leader's; the first that does not leads the
    next. So nobody is ranked above another in the same band for the number alone, and bands never interleave.

    Parameters
    ----------
    lower, upper
        Interval of each, in the order of the list.
    """
    band = np.empty(len(lower), dtype=np.int64)
    leader, number = 0, 1
    while leader < len(lower):
        apart = np.flatnonzero(upper[leader:] < lower[leader])
        end = leader + int(apart[0]) if len(apart) else len(lower)
        band[leader:end] = number
        leader, number = end, number + 1
    return band


def order(
    value: Array, interval: tuple[Array, Array], tier: NDArray[np.integer], grade: NDArray[np.integer], top: int
) -> tuple[Codes, Codes]:
    """Return the places of the ``top`` of one list, best first, and their bands.

    Band, then eligible before unknown, then strong evidence before weak, then value; ties in the order given (people come sorted).

    Parameters
    ----------
    value
        Net value of each (SD, weighted).
    interval
        Its lower and upper limits.
    tier
        1 eligible, 0 unknown.
    grade
        0 (A) to 3 (D).
    """
    value, lower, upper = (np.round(one, DECIMALS) for one in (value, *interval))
    weak = grade >= _WEAK_FROM
    first = _first_band(value, lower, upper)
    if len(first) >= top > 0:  # what lies behind the first band is in nobody's list
        best = _best_of_band(first, value, tier, weak, top)
        return best, np.ones(len(best), dtype=np.int64)
    falling = np.argsort(-value, kind="stable")
    band = bands(lower[falling], upper[falling])
    last = band[min(top, len(band)) - 1] if len(band) else 0
    kept = falling[band <= last]
    band = band[band <= last]
    best = np.lexsort((kept, -value[kept], weak[kept], -tier[kept], band))[:top]
    return kept[best], band[best]


def _first_band(value: Array, lower: Array, upper: Array) -> Codes:
    """Return the places (rising) of the first band of an unsorted list: those before the first that lies below the leader."""
    if not len(value) or np.isnan(value[leader := int(np.argmax(value))]):
        return np.zeros(0, dtype=np.int64)
    below = np.flatnonzero(upper < lower[leader])
    if not len(below):
        return np.arange(len(value))
    edge = below[np.argmax(value[below])]
    return np.flatnonzero((value > value[edge]) | ((value == value[edge]) & (np.arange(len(value)) < edge)))


def _best_of_band(band: Codes, value: Array, tier: NDArray[np.integer], weak: NDArray[np.bool_], top: int) -> Codes:
    """Return the ``top`` of one band: eligible before unknown, then strong evidence, then value; only who may come in is sorted."""
    step = (1 - tier[band]).astype(np.int64) * 2 + weak[band] + 1
    last = int(np.searchsorted(np.cumsum(np.bincount(step)), top))
    edge = band[step == last]
    room = top - np.count_nonzero(step < last)
    if room < len(edge):
        least = -np.partition(-value[edge], room - 1)[room - 1]
        edge = edge[value[edge] >= least]
    kept = np.concatenate([band[step < last], edge])
    return kept[np.lexsort((kept, -value[kept], weak[kept], -tier[kept]))][:top]


def order_without_ranking(value: Array, tier: NDArray[np.integer], top: int) -> tuple[Codes, Codes]:
    """Return the places of the ``top`` where the data do not support ranking: eligible first, then by value; one band for all."""
    best = np.lexsort((np.arange(len(value)), -np.round(value, DECIMALS), -tier))[:top]
    return best, np.ones(len(best), dtype=np.int64)


def order_lists(scored: pd.DataFrame, lists: Codes, top: int, *, supported: bool) -> tuple[Codes, Codes, Codes]:
    """Return the places of the ``top`` of every list, list by list, with their ranks (from 1) and bands.

    Parameters
    ----------
    scored
        One row per pair, list by list: eligible ("yes", "unknown"), grade, net_value, net_lower, net_upper, expected_in_post.
    lists
        Code of the list of each row: equal codes stand together.
    supported
        Whether the evidence supports ranking; otherwise eligible first, then by expected_in_post, in one band.
    """
    tier = (scored["eligible"].to_numpy() == "yes").astype(np.int64)
    grade = grade_codes(scored["grade"])
    net, lower, upper, expected = (scored[name].to_numpy() for name in ("net_value", "net_lower", "net_upper", "expected_in_post"))
    starts = np.flatnonzero(np.diff(lists, prepend=-1))
    taken = [(np.zeros(0, dtype=np.int64),) * 3]
    for start, end in zip(starts, [*starts[1:], len(scored)], strict=True):
        part = slice(start, end)
        places, band = (
            order(net[part], (lower[part], upper[part]), tier[part], grade[part], top)
            if supported
            else order_without_ranking(expected[part], tier[part], top)
        )
        taken.append((start + places, np.arange(1, len(places) + 1), band))
    places, ranks, band = (np.concatenate(parts) for parts in zip(*taken, strict=True))
    return places, ranks, band


def rank(scored: pd.DataFrame, *, by: str = "position_id", supported: bool = True) -> pd.DataFrame:
    """Return ``scored`` (see `order_lists`; with position_id and employee_id) in list order with ``rank`` and ``band`` per ``by``.

    Whole lists of any pairs: what the application shows when asked about other people or posts than the run listed.
    """
    other = "employee_id" if by == "position_id" else "position_id"
    rows = scored.sort_values([by, other], kind="stable", ignore_index=True)
    places, ranks, band = order_lists(rows, pd.factorize(rows[by])[0].astype(np.int64), len(rows), supported=supported)
    return rows.iloc[places].assign(rank=ranks, band=band).reset_index(drop=True)


def grade_codes(grade: pd.Series) -> Codes:
    """Return evidence grades as numbers, 0 for A to 3 for D."""
    return np.asarray(pd.Index(GRADES).get_indexer(grade.astype("str")), dtype=np.int64)
