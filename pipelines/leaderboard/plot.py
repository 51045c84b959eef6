"""The board as one figure: a panel per figure, a row per method, means with intervals over cities; black on white."""

from typing import Any

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from pipelines.texts import Texts

PANELS: tuple[str, ...] = ("gain of best 3 posts", "gain of top 10", "plan", "over staying", "RMSE", "empty: spread")
MARKS = {"baseline": ("o", "white"), "ours": ("s", "black"), "yours": ("D", "0.6")}
"""By form and filling, not by colour: it must survive a black-and-white copier."""
STYLE: Any = {"svg.hashsalt": "tepat", "svg.fonttype": "none", "font.size": 8}


def board_plot(table: pd.DataFrame, texts: Texts) -> Figure:
    """Return the figure of a ``summary`` table; the first row is on top, the truth is left out."""
    rows = table[table["origin"] != "truth"].reset_index(drop=True)
    panels = [name for name in PANELS if name in rows]
    with mpl.rc_context(STYLE):
        plot = Figure(figsize=(1.6 + 1.75 * len(panels), 1.1 + 0.24 * max(len(rows), 3)), layout="constrained")
        FigureCanvasSVG(plot)
        for place, name in enumerate(panels):
            axes = plot.add_subplot(1, len(panels), place + 1)
            _panel(axes, rows, name)
            axes.set_title(texts(f"board_{name}"), fontsize=8)
            axes.set_yticks(range(len(rows)), rows["method"] if not place else [""] * len(rows))
        plot.legend(handles=_legend(rows, texts), loc="outside lower center", ncols=len(MARKS), frameon=False)
    return plot


def write_plot(plot: Figure, path: str) -> None:
    """Write the figure as SVG, the same bytes for the same figure."""
    with mpl.rc_context(STYLE):
        plot.savefig(path, format="svg", metadata={"Date": None})


def _legend(rows: pd.DataFrame, texts: Texts) -> list[Line2D]:
    return [
        Line2D([], [], color="black", linestyle="none", marker=marker, markerfacecolor=filling, markersize=4,
               label=texts(f"board_{origin}"))
        for origin, (marker, filling) in MARKS.items() if (rows["origin"] == origin).any()
    ]  # fmt: skip


def _panel(axes: Axes, rows: pd.DataFrame, name: str) -> None:
    for origin, (marker, filling) in MARKS.items():
        own = rows.index[(rows["origin"] == origin) & rows[name].notna()]
        value = rows.loc[own, name].to_numpy(dtype=np.float64)
        half = np.nan_to_num(rows.loc[own, f"{name}_upper"].to_numpy(dtype=np.float64) - value)
        axes.errorbar(
            value, own, xerr=half, fmt=marker, markerfacecolor=filling, color="black", capsize=2, markersize=4, linewidth=1
        )
    axes.axvline(0, color="black", linewidth=0.6, linestyle=":")
    axes.set_ylim(len(rows) - 0.5, -0.5)
    axes.grid(axis="y", color="0.85", linewidth=0.5)
