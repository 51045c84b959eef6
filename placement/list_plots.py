"""Figures of a shortlist: plain rows in, a matplotlib figure out; nothing is shown or saved here."""

import pandas as pd
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure


def intervals_plot(rows: pd.DataFrame) -> Figure:
    """Return the uplift of each row with its 80 % interval, first rank on top, one colour per band.

    Parameters
    ----------
    rows
        Rows of one shortlist: rank, band, uplift, lower, upper (SD), grade.
    """
    ordered = rows.sort_values("rank")
    plot = Figure(figsize=(7, 0.9 + 0.35 * max(len(ordered), 2)), dpi=100, layout="constrained")
    FigureCanvasAgg(plot)
    axes = plot.add_subplot()
    for place, row in enumerate(ordered.itertuples()):
        axes.plot([row.lower, row.upper], [place, place], color=f"C{(row.band - 1) % 10}", linewidth=3, solid_capstyle="butt")
        axes.plot(row.uplift, place, "o", color="black", markersize=4)
    axes.axvline(0, color="grey", linewidth=1)
    axes.set(title="Uplift with 80 % interval; one colour per band", xlabel="SD of performance")
    axes.set_yticks(range(len(ordered)), [f"{row.rank} · {row.grade}" for row in ordered.itertuples()])
    axes.invert_yaxis()
    return plot
