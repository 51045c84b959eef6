"""Figures of a shortlist: plain rows in, a matplotlib figure out; nothing is shown or saved here."""

import pandas as pd
from matplotlib.figure import Figure

from features.drawing import row_canvas, whiskers


def intervals_plot(rows: pd.DataFrame) -> Figure:
    """Return the uplift of each row with its 80 % interval, first rank on top; filled and open dots change with the band.

    Parameters
    ----------
    rows
        Rows of one shortlist: rank, band, uplift, lower, upper (SD), grade.
    """
    ordered = rows.sort_values("rank").reset_index(drop=True)
    labels = [f"{row.rank} · {row.grade}" for row in ordered.itertuples()]
    plot, axes = row_canvas("Uplift with 80 % interval; dots change with the band", "SD of performance", labels)
    for filled, part in ordered.groupby(ordered["band"] % 2 == 1):
        whiskers(axes, part["uplift"], (part["lower"], part["upper"]), part.index, filled=bool(filled))
    return plot
