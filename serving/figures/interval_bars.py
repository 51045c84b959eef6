"""The bar of an uplift and its interval, all bars of a list on one scale."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

BAR_WIDTH = 132.0
"""Width of a bar in pixels."""


@dataclass(frozen=True, slots=True)
class IntervalBar:
    """Where an uplift and its interval lie on a bar, in pixels from its left edge."""

    zero: float
    left: float
    width: float
    dot: float
    clear: bool
    """The interval does not cover zero."""


def interval_bars(rows: Sequence[Mapping[str, Any]]) -> tuple[list[IntervalBar], float]:
    """Return one bar per row on one scale symmetric about zero, and the scale's end in SD."""
    reach = max((abs(row[name]) for row in rows for name in ("lower", "upper", "uplift")), default=0.0)
    end = max(0.5, math.ceil(reach * 2) / 2)
    return [_bar(row, end) for row in rows], end


def _bar(row: Mapping[str, float], end: float) -> IntervalBar:
    def place(value: float) -> float:
        return round((value + end) / (2 * end) * BAR_WIDTH, 1)

    left, right = place(row["lower"]), place(row["upper"])
    return IntervalBar(place(0.0), left, round(right - left, 1), place(row["uplift"]), row["lower"] > 0 or row["upper"] < 0)
