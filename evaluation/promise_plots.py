"""The figure of promises against outcomes: the published table in, a matplotlib figure out; nothing is shown or saved here."""

import pandas as pd
from matplotlib.figure import Figure

from features.drawing import row_canvas, whiskers


def promises_plot(promises: pd.DataFrame, level: float = 0.95) -> Figure:
    """Return what was promised (open square) and what came of it (dot, with its interval) by cell of `evaluation.promises`."""
    rows = promises[~promises["suppressed"]].reset_index(drop=True)
    labels = [f"{row.dimension} {row.cell}".strip() + f" (n {row.people})" for row in rows.itertuples()]
    title = f"Promised (square) and realised, {level:.0%} interval"
    plot, axes = row_canvas(title, "effect (SD of performance)", labels)
    whiskers(axes, rows["realised"], (rows["realised_lower"], rows["realised_upper"]), range(len(rows)))
    axes.plot(rows["promised"], range(len(rows)), "s", color="black", fillstyle="none")
    return plot
