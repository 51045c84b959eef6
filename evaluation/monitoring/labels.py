"""Label health over time: whether ratings carried a signal of the person on earlier days, and whether it has faded since."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.special import ndtr, ndtri

from evaluation.monitoring.readings import LABELS, SAFE, number, status_of
from evaluation.monitoring.stability import POWER
from features.harmoniser.label_health import LabelHealth

FIT = "layak"
FEWEST = 4.0
"""Pairs of ratings a correlation's error can be told from."""


@dataclass(frozen=True, slots=True)
class LabelParams:
    """``fall``: by how much the correlation may fall between two days; ``worth``: the fall worth finding."""

    fall: float = 0.15
    worth: float = 0.3


def label_health(days: Sequence[tuple[str, LabelHealth]], params: LabelParams, budget: float) -> list[dict[str, Any]]:
    """Return one reading per day, the newest first. Only the newest can raise an alarm: unfit, or a fall since the day before.

    Parameters
    ----------
    days
        (day as text, health as known then), the newest first.
    params
    budget
        False alarms expected of the fall.

    Notes
    -----
    Null hypothesis: the correlation of two ratings of one person by different raters fell by no more than ``params.fall``; scales
    differ in how much of a person they show, so that it moves where a regime follows another. Its error is the usual one of a
    correlation, (1 - r^2) / sqrt(n); most pairs are known on both days, which makes the test cautious.
    """
    older = [health for _, health in days[1:]] + [None]
    rows = [_reading(day, health, before, params, budget) for (day, health), before in zip(days, older, strict=True)]
    return [row | ({} if at == 0 else {"status": SAFE, "p_value": float("nan"), "budget": 0.0}) for at, row in enumerate(rows)]


def _reading(
    day: str, health: LabelHealth, before: LabelHealth | None, params: LabelParams, alpha: float
) -> dict[str, Any]:  # fmt: skip
    value, pairs = health.figures["persistent_correlation"], health.figures["pairs_across_raters"]
    usual = before.figures["persistent_correlation"] if before is not None else float("nan")
    earlier = before.figures["pairs_across_raters"] if before is not None else 0.0
    known = min(pairs, earlier) >= FEWEST
    error = np.hypot((1 - value**2) / np.sqrt(pairs), (1 - usual**2) / np.sqrt(earlier)) if known else float("nan")
    p_value = float(ndtr(-(usual - value - params.fall) / error)) if known else float("nan")
    told = known and bool(ndtr((params.worth - params.fall) / error + ndtri(alpha)) >= POWER)
    words = [number(part, 3) for part in (value, usual)]
    fit = "fit" if health.verdict == FIT else "not fit"
    return {
        "signal": LABELS, "subject": day, "status": status_of(health.verdict != FIT or p_value <= alpha, told), "value": value,
        "usual": usual, "limit": params.fall, "p_value": p_value, "budget": alpha, "cases": int(pairs),
        "text": f"Penilaian per {day}: {health.verdict}; korelasi antarpenilai {words[0][0]} (sebelumnya {words[1][0]})",
        "text_en": f"Ratings as of {day}: {fit} to learn from; correlation across raters {words[0][1]} (before {words[1][1]})",
    }  # fmt: skip
