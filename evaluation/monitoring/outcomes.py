"""Realised against predicted, wave by wave; and cells of moves that are recommended though nobody ever tried them."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import ndtr, ndtri

from evaluation.monitoring.readings import PROMISES, REVIEW, SAFE, UNTOLD, UNTRIED, number, status_of
from evaluation.monitoring.stability import POWER

ALL, WAVE = "all", "wave"


@dataclass(frozen=True, slots=True)
class OutcomeParams:
    """How outcomes are watched.

    ``gap``: SD by which a wave may miss its promise; ``worth``: miss worth finding; ``tried``: past moves from which a cell is
    tried; ``share``: share of the recommended that may lie in cells never tried.
    """

    gap: float = 0.1
    worth: float = 0.3
    tried: int = 1
    share: float = 0.2


def promises_kept(promises: pd.DataFrame, level: float, params: OutcomeParams, budget: float) -> list[dict[str, Any]]:
    """Return one reading per wave with an outcome, and one for all of them: ``evaluation.promises`` as a test of the gap.

    Null hypothesis: promise and outcome differ by no more than ``params.gap`` SD, either way.
    """
    rows = promises[promises["dimension"].isin([ALL, WAVE]) & ~promises["suppressed"].astype(bool)]
    alpha = budget / max(len(rows), 1)
    error = (rows["gap_upper"] - rows["gap_lower"]) / (2 * ndtri(0.5 + level / 2))
    p_values = 2 * ndtr(-(rows["gap"].abs() - params.gap) / error)
    found = ndtr((params.worth - params.gap) / error + ndtri(alpha / 2)) >= POWER
    return [
        _kept(row, float(p), bool(told), params.gap, alpha)
        for row, p, told in zip(rows.to_dict("records"), np.minimum(p_values, 1.0), found, strict=True)
    ]


def _kept(row: dict[str, Any], p_value: float, told: bool, limit: float, alpha: float) -> dict[str, Any]:
    words = [number(row[name]) for name in ("promised", "realised", "gap")]
    named = row["cell"] or "semua"
    english = row["cell"] or "all"
    return {
        "signal": PROMISES, "subject": named, "status": status_of(p_value <= alpha, told), "value": row["gap"],
        "usual": row["promised"],
        "limit": limit, "p_value": p_value, "budget": alpha, "cases": int(row["people"]),
        "text": f"Gelombang {named}: dijanjikan {words[0][0]}, terwujud {words[1][0]}, selisih {words[2][0]} SB",
        "text_en": f"Wave {english}: promised {words[0][1]}, realised {words[1][1]}, gap {words[2][1]} SD",
    }  # fmt: skip


def untried(recommended: pd.DataFrame, past: pd.DataFrame, params: OutcomeParams) -> list[dict[str, Any]]:
    """Return the share of the recommended that lies in cells never tried, and a reading per such cell.

    Parameters
    ----------
    recommended : DataFrame
        One row per recommended pair: from_family, to_family, level_step (steps up, negative: down).
    past : DataFrame
        The same of every past move with an outcome.
    params

    Notes
    -----
    A model that recommends only what was done learns nothing else, and one that recommends what nobody did has no evidence. A cell
    is job family left x job family entered x up, same or down. A cell never tried is *tidak cukup data*, no alarm; the share is.
    """
    if recommended.empty:
        return []
    cells, tried = _cells(recommended), _cells(past).value_counts()
    counts = cells.value_counts()
    never = counts[tried.reindex(counts.index, fill_value=0) < params.tried].sort_index()
    share = float(never.sum() / counts.sum())
    words = number(100 * share, 0), number(100 * params.share, 0)
    whole = {
        "signal": UNTRIED, "subject": ALL, "status": REVIEW if share > params.share else SAFE, "value": share,
        "limit": params.share,
        "cases": int(counts.sum()),
        "text": f"Bagian usulan pada perpindahan yang belum pernah dicoba: {words[0][0]} % (batas {words[1][0]} %)",
        "text_en": f"Share of what is recommended that nobody ever tried: {words[0][1]} % (limit {words[1][1]} %)",
    }  # fmt: skip
    return [whole, *(_untried_cell(str(cell), int(count)) for cell, count in never.items())]


def _cells(moves: pd.DataFrame) -> pd.Series:
    step = np.sign(moves["level_step"].to_numpy(dtype=np.float64, na_value=0.0))
    names = np.array(["↓", "=", "↑"], dtype=object)[(np.nan_to_num(step) + 1).astype(int)]
    parts = [moves[name].astype("object").fillna("–").astype("str") for name in ("from_family", "to_family")]
    return pd.Series(parts[0] + " → " + parts[1] + " " + names, dtype="str")


def _untried_cell(cell: str, count: int) -> dict[str, Any]:
    return {
        "signal": UNTRIED, "subject": cell, "status": UNTOLD, "value": float(count), "cases": 0,
        "text": f"Belum pernah dicoba: {cell} ({count} usulan)", "text_en": f"Never tried: {cell} ({count} recommended)",
    }  # fmt: skip
