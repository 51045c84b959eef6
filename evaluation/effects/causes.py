"""Where moves did not help: which of five causes the record speaks for, each with its evidence.

A cause is named if the movers it touches gained less than the movers it does not touch, beyond what chance does among all causes
looked at (Holm). Causes are judged together (one regression of what movers gained on all of them), so that one does not answer
for another. They are ordered by what they cost the programme: the share of movers touched times what these lost.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from evaluation.effects.matched import Effect, Matched, two_way_error
from evaluation.effects.panel import Array
from evaluation.many_tests import holm

TOUCHED_BY: dict[str, tuple[str, float]] = {
    "wrong_match": ("unfit", 1.0), "no_training": ("trained", 0.0), "poor_communication": ("explained", 0.0),
    "rating_quota": ("bound", 1.0),
}  # fmt: skip
"""Which circumstance, at which value (0 or 1), means that a move is touched by the cause."""
TOO_EARLY = "too_early"
CAUSES: tuple[str, ...] = (*TOUCHED_BY, TOO_EARLY)


@dataclass(frozen=True, slots=True)
class CauseParams:
    """``alpha``: chance that any cause is named where none is; ``fewest``: movers touched, and not touched, to judge at all."""

    alpha: float = 0.1
    fewest: int = 20


def causes(found: Matched, circumstances: pd.DataFrame, growth: Effect, params: CauseParams) -> pd.DataFrame:
    """Return one row per cause that can be judged, the costliest named one first.

    Parameters
    ----------
    found : Matched
        What each row gained.
    circumstances : DataFrame (m rows)
        Of every row of ``found`` (anything where it did not move).
    growth : Effect
        How much more the same movers gain a year later.
    params : CauseParams

    Returns
    -------
    DataFrame
        cause, touched (share of movers), movers (of whom it is known), lost (SD: what those not touched gained more),
        standard_error, freedom (of Student's t), p_value (one-sided), adjusted (Holm), cost (SD, touched times lost), named.
    """
    judged = _contrasts(found, circumstances, params)
    if growth.movers >= params.fewest and growth.error > 0:
        judged.append((TOO_EARLY, 1.0, growth))
    rows = [
        (cause, touched, lost.movers, lost.estimate, lost.error, lost.freedom, lost.p_value(above=True))
        for cause, touched, lost in judged
    ]
    out = pd.DataFrame(rows, columns=["cause", "touched", "movers", "lost", "standard_error", "freedom", "p_value"])
    out["adjusted"] = holm(out["p_value"].to_numpy(dtype=np.float64))
    out["cost"] = out["touched"] * out["lost"]
    out["named"] = out["adjusted"] <= params.alpha
    return out.sort_values(["named", "cost"], ascending=[False, False], kind="stable", ignore_index=True)


def _contrasts(found: Matched, circumstances: pd.DataFrame, params: CauseParams) -> list[tuple[str, float, Effect]]:
    """Return per cause that can be judged the share of movers it touches, and what those not touched gained more."""
    movers = found.usable & (found.moved > 0)
    touched = {
        cause: _touched(circumstances[name].to_numpy(dtype=np.float64)[movers], value)
        for cause, (name, value) in TOUCHED_BY.items()
    }
    judged = {cause: values for cause, values in touched.items() if _both_sides(values, params.fewest)}
    if not judged:
        return []
    centred = np.column_stack([np.nan_to_num(values - np.nanmean(values)) for values in judged.values()])
    x = np.column_stack([centred, np.ones(len(centred))])
    gain = found.gain[movers]
    weights = np.linalg.solve(x.T @ x + 1e-9 * np.eye(x.shape[1]), x.T)
    slopes = weights @ gain
    left = gain - x @ slopes
    out = []
    for number, (cause, values) in enumerate(judged.items()):
        error, _ = two_way_error(weights[number] * left, found.person[movers], found.unit[movers])
        lost = Effect(float(-slopes[number]), error, int(np.isfinite(values).sum()), 0)
        out.append((cause, float(np.nanmean(values)), lost))
    return out


def _touched(values: Array, value: float) -> Array:
    return np.asarray(values if value == 1.0 else 1.0 - values)


def _both_sides(values: Array, fewest: int) -> bool:
    known: NDArray[np.bool_] = np.isfinite(values)
    return bool((values[known] == 1).sum() >= fewest and (values[known] == 0).sum() >= fewest)
