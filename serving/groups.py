"""How groups fared, as pages and papers tell it: the published rows by step, each group in words and with its bar."""

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from evaluation.group_figures import AUC, RATIO, SCORES, STEPS, cell_name, in_order, trait_name
from features.bilingual import Bilingual
from serving.figures.interval_bars import IntervalBar, interval_bars

Row = Mapping[str, Any]
"""A row of the published table ``fairness``."""

_WIDEST = 2.0
"""Bars end at a quarter and at four times everybody else's share."""


@dataclass(frozen=True, slots=True)
class Group:
    """One group at one step: its trait and name, the published row, the bar (None: nothing to compare), whether it is marked.

    Shares are marked where the run's gate says that people should look, scores where the interval excludes one half.
    """

    trait: Bilingual
    name: Bilingual
    row: Row
    bar: IntervalBar | None
    marked: bool


def by_step(rows: Iterable[Row]) -> list[tuple[Bilingual, list[Group]]]:
    """Return the comparisons of shares, step by step; groups by one trait before those by two."""
    known = [row for row in rows if row["statistic"] == RATIO and not row["suppressed"]]
    told = [(said, [row for row in known if (row["measure"], row["among"]) == step]) for step, said in STEPS.items()]
    return [(said, _groups(found, _doublings, _to_review)) for said, found in told if found]


def by_score(rows: Iterable[Row]) -> list[tuple[Bilingual, list[Group]]]:
    """Return, score by score, how well it tells a group from everybody else (0.5: not at all)."""
    known = [row for row in rows if row["statistic"] == AUC and not row["suppressed"]]
    told = [(said, [row for row in known if row["measure"] == score]) for score, said in SCORES.items()]
    return [(said, _groups(found, _off_half, _telling)) for said, found in told if found]


def _groups(rows: list[Row], scale: Callable[[Row], dict[str, float] | None], marked: Callable[[Row], bool]) -> list[Group]:
    known = sorted(rows, key=lambda row: in_order(row["dimension"], row["cell"]))
    spans = [scale(row) for row in known]
    bars, _ = interval_bars([span for span in spans if span is not None])
    ahead = iter(bars)
    return [
        Group(trait_name(row["dimension"]), cell_name(row["cell"]), row, None if span is None else next(ahead), marked(row))
        for row, span in zip(known, spans, strict=True)
    ]


def _doublings(row: Row) -> dict[str, float] | None:
    """Return ratio and interval as doublings (0: equal shares), as far as the bar reaches; None where there is no ratio."""
    if row["ratio"] is None:
        return None
    ends = {"uplift": row["ratio"], "lower": row["lower"] or 0.0, "upper": math.inf if row["upper"] is None else row["upper"]}
    return {name: max(-_WIDEST, min(_WIDEST, math.log2(value) if value > 0 else -_WIDEST)) for name, value in ends.items()}


def _to_review(row: Row) -> bool:
    return bool(row["review"])


def _off_half(row: Row) -> dict[str, float] | None:
    if row["value"] is None or row["lower"] is None or row["upper"] is None:
        return None
    return {"uplift": row["value"] - 0.5, "lower": row["lower"] - 0.5, "upper": row["upper"] - 0.5}


def _telling(row: Row) -> bool:
    return row["lower"] is not None and row["upper"] is not None and not row["lower"] <= 0.5 <= row["upper"]
