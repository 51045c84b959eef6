"""How every figure is drawn: black on white, for what differs differs in shape, fill or dash, so that a copier keeps it."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

GREY = "0.6"
UNIT = "SD of performance"
"""What the axis of an effect or a score is called."""
MARKS = ("o", "s", "^", "D", "v", "P")
"""What tells series apart in one figure, in order; every second is open."""


def empty_figure(width: float = 7, height: float = 4.5) -> Figure:
    """Return an empty figure of so many inches, drawn without a screen."""
    plot = Figure(figsize=(width, height), dpi=100, layout="constrained")
    FigureCanvasAgg(plot)
    return plot


def canvas(title: str, across: str, up: str, height: float = 4.5, width: float = 7) -> tuple[Figure, Axes]:
    """Return a figure with one pair of axes, titled and labelled."""
    plot = empty_figure(width, height)
    axes = plot.add_subplot()
    axes.set(title=title, xlabel=across, ylabel=up)
    return plot, axes


def row_canvas(title: str, across: str, rows: Sequence[object], *, origin: float | None = 0.0) -> tuple[Figure, Axes]:
    """Return a figure with a labelled line for each of ``rows``, the first on top, and a grey upright at ``origin``."""
    plot, axes = canvas(title, across, "", height=1.1 + 0.32 * max(len(rows), 2))
    axes.set_yticks(range(len(rows)), [str(row) for row in rows])
    axes.set_ylim(max(len(rows), 1) - 0.5, -0.5)
    if origin is not None:
        axes.axvline(origin, color=GREY, linewidth=1)
    return plot, axes


def whiskers(axes: Axes, value: Any, ends: tuple[Any, Any], place: Any, mark: str = "o", *, filled: bool = True) -> None:  # noqa: ANN401
    """Draw values (n,) at the heights ``place`` (n,) with whiskers to ``ends``; an end that is missing is not drawn."""
    middle, lower, upper = (np.asarray(one, dtype=np.float64) for one in (value, *ends))
    reach = [np.nan_to_num(np.maximum(middle - lower, 0.0)), np.nan_to_num(np.maximum(upper - middle, 0.0))]
    fill = "black" if filled else "white"
    axes.errorbar(middle, place, xerr=reach, fmt=mark, color="black", markerfacecolor=fill, capsize=3, markersize=4)
