"""Figures of a shortlist and of a plan: plain rows in, a matplotlib figure out; nothing is shown or saved here."""

import pandas as pd
from matplotlib.figure import Figure

from features.drawing import GREY, UNIT, canvas, row_canvas, whiskers

FIRM = 0.5
"""Share of resampled plans in which a move must stand to be called firm."""


def intervals_plot(rows: pd.DataFrame) -> Figure:
    """Return the uplift of each row with its 80 % interval, first rank on top; filled and open dots change with the band.

    Parameters
    ----------
    rows
        Rows of one shortlist: rank, band, uplift, lower, upper (SD), grade.
    """
    ordered = rows.sort_values("rank").reset_index(drop=True)
    labels = [f"{row.rank} · {row.grade}" for row in ordered.itertuples()]
    plot, axes = row_canvas("Uplift with 80 % interval; dots change with the band", UNIT, labels)
    for filled, part in ordered.groupby(ordered["band"] % 2 == 1):
        whiskers(axes, part["uplift"], (part["lower"], part["upper"]), part.index, filled=bool(filled))
    return plot


def plan_plot(moves: pd.DataFrame) -> Figure:
    """Return the net value of every move of a plan, the largest on top; filled dots stand in at least half of the resampled plans.

    Parameters
    ----------
    moves
        Rows of the published table ``plan``: net_value (SD, weighted), stability, chain, step.
    """
    title = f"Moves of the plan; filled: in at least {FIRM:.0%} of the plans drawn anew"
    plot, axes = canvas(title, "net value (SD, weighted)", "moves, the largest on top")
    ordered = moves.sort_values("net_value", kind="stable", ignore_index=True)
    for firm, part in ordered.groupby(ordered["stability"] >= FIRM):
        axes.plot(part["net_value"], part.index, "o", color="black", fillstyle="full" if firm else "none")
    axes.axvline(0, color=GREY, linewidth=1)
    axes.set_yticks([])
    return plot
