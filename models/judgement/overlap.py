"""Whether those who moved can be compared with those who stayed: how likely a move was, by arm."""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from features.drawing import canvas
from models.judgement.judged import RiskFit

EDGES = (0.0, 0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 0.7, 0.9, 1.0)
"""Moves are rare: narrow cells where most people are."""


def overlap(risk: RiskFit) -> pd.DataFrame:
    """Return movers and stayers by how likely they were to move, as models of other people foresaw it.

    Returns
    -------
    DataFrame
        One row per cell of the propensity: lower, upper, movers, stayers (risk rows, a drawn stayer standing for several),
        ``foreseen`` and ``moved``: mean propensity and share who moved (equal where it is calibrated; missing in an empty cell).
    """
    moved = risk.frame["moved"].to_numpy(dtype=np.float64)
    cell = np.clip(np.searchsorted(EDGES, risk.propensity, side="right") - 1, 0, len(EDGES) - 2)
    sums = pd.DataFrame({
        "movers": risk.share * moved, "stayers": risk.share * (1 - moved), "expected": risk.share * risk.propensity,
    }).groupby(cell).sum().reindex(range(len(EDGES) - 1), fill_value=0.0)  # fmt: skip
    total = (sums["movers"] + sums["stayers"]).replace(0.0, np.nan)
    found = pd.DataFrame({"lower": EDGES[:-1], "upper": EDGES[1:]}).join(sums[["movers", "stayers"]])
    return found.assign(foreseen=sums["expected"] / total, moved=sums["movers"] / total)


def without_match(found: pd.DataFrame, fewest: float = 10.0) -> float:
    """Return the share of movers in cells with fewer than so many stayers: nobody there says how they would have done."""
    movers = float(found["movers"].sum())
    return float(found.loc[found["stayers"] < fewest, "movers"].sum()) / movers if movers else float("nan")


def overlap_plot(found: pd.DataFrame) -> Figure:
    """Return the share of each arm by cell: movers grey, stayers white."""
    plot, axes = canvas("Overlap: how likely a move was", "propensity of a move", "share of the arm")
    place = np.arange(len(found))
    for name, shift, shade in (("movers", -0.2, "0.6"), ("stayers", 0.2, "white")):
        total = max(float(found[name].sum()), 1e-12)
        axes.bar(place + shift, found[name] / total, width=0.4, color=shade, edgecolor="black", label=name)
    axes.set_xticks(
        place, [f"{lower:g}-{upper:g}" for lower, upper in zip(found["lower"], found["upper"], strict=True)], rotation=30
    )
    axes.legend(frameon=False)
    return plot
