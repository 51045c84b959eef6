"""How contributions spread and hang together with what is known: the summary over pairs, and the dependence on one feature."""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from features.drawing import GREY, UNIT, canvas, row_canvas
from models.explaining.concepts import concept_of_feature

MOST_POINTS = 400
"""Points drawn of a concept: every n-th pair, so that a figure stays small."""
BINS = 8


def spread(contributions: pd.DataFrame) -> pd.DataFrame:
    """Return how far each concept moves the uplift up and down over pairs (what a SHAP summary shows), the widest first.

    Parameters
    ----------
    contributions
        Pairs x concept (SD), of ``PairUplift.contributions``.

    Returns
    -------
    DataFrame
        Index concept: tenth, half, nine_tenths (quantiles over the pairs, SD), least, most. Concepts that add nothing are left out.
    """
    moving = contributions.loc[:, (contributions != 0).any()]
    found = moving.quantile([0.0, 0.1, 0.5, 0.9, 1.0]).T.set_axis(["least", "tenth", "half", "nine_tenths", "most"], axis=1)
    width = found["nine_tenths"] - found["tenth"]
    ordered = found.loc[width.sort_values(ascending=False, kind="stable").index].rename_axis("concept")
    return ordered[["tenth", "half", "nine_tenths", "least", "most"]]


def spread_plot(contributions: pd.DataFrame) -> Figure:
    """Return every pair's contribution as a dot on the line of its concept; the upright stroke is the median."""
    found = spread(contributions)
    plot, axes = row_canvas("Contributions over pairs", f"contribution to the uplift ({UNIT})", found.index)
    for place, concept in enumerate(found.index):
        values = np.sort(contributions[concept].to_numpy(dtype=np.float64))
        values = values[:: len(values) // MOST_POINTS + 1]
        shift = 0.3 * np.sin(2.4 * np.arange(len(values)))  # spread within the line, the same every time
        axes.plot(values, place + shift, ".", color="black", markersize=2)
        axes.plot(found.loc[concept, "half"], place, "|", color="black", markersize=18, markeredgewidth=2)
    return plot


def leading_feature(features: pd.DataFrame, contributions: pd.DataFrame, concept: str) -> str | None:
    """Return the number feature of ``concept`` that goes with its contribution most closely (rank correlation).

    None where it has none that varies.
    """
    names = [name for name in features.select_dtypes("number").columns if concept_of_feature(str(name)) == concept]
    ranks = features[names].astype("float64").rank()
    close = ranks.corrwith(contributions[concept].rank()).abs().dropna()
    return str(close.idxmax()) if len(close) else None


def dependence(values: pd.Series, contribution: pd.Series) -> pd.DataFrame:
    """Return the mean contribution by value of a feature.

    Parameters
    ----------
    values
        A number feature of the pairs, in its own unit.
    contribution
        What its concept adds for the same pairs (SD).

    Returns
    -------
    DataFrame
        One row per cell of about equally many pairs: from, to, pairs, mean, tenth, nine_tenths (SD); pairs without a value make
        the last row, with from and to missing.
    """
    numbers = values.astype("float64").to_numpy()
    known = np.isfinite(numbers)
    edges = np.unique(np.quantile(numbers[known], np.linspace(0, 1, BINS + 1))) if known.any() else np.zeros(1)
    cell = np.where(known, np.clip(np.searchsorted(edges, numbers, side="right") - 1, 0, max(len(edges) - 2, 0)), len(edges))
    frame = pd.DataFrame({"cell": cell, "value": numbers, "contribution": contribution.to_numpy(dtype=np.float64)})
    cells = frame.groupby("cell")
    quantiles = cells["contribution"].quantile([0.1, 0.9]).unstack()
    return pd.DataFrame({
        "from": cells["value"].min(), "to": cells["value"].max(), "pairs": cells.size(), "mean": cells["contribution"].mean(),
        "tenth": quantiles[0.1], "nine_tenths": quantiles[0.9],
    }).reset_index(drop=True)  # fmt: skip


def dependence_plot(values: pd.Series, contribution: pd.Series, concept: str) -> Figure:
    """Return the contribution of ``concept`` over a feature: pairs as grey dots, means of `dependence` as black steps."""
    plot, axes = canvas(f"What {concept} adds, by {values.name}", str(values.name), f"contribution ({UNIT})")
    step = len(values) // (4 * MOST_POINTS) + 1
    axes.plot(
        values.astype("float64").to_numpy()[::step], contribution.to_numpy(dtype=np.float64)[::step], ".", color=GREY, markersize=3
    )
    for cell in dependence(values, contribution).dropna(subset=["from"]).itertuples(index=False):
        axes.plot([cell[0], cell[1]], [cell.mean, cell.mean], color="black", linewidth=2, marker="|")
    axes.axhline(0, color=GREY, linewidth=1)
    return plot
