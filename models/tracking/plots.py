"""Figures of the validation: each function takes plain results and returns a matplotlib figure; nothing is shown or saved here."""

from collections.abc import Iterator

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure as Plot

from models.judgement.effect_scores import Bin, Figure
from models.judgement.evidence import ValidationEvidence

UNIT = "SD of performance"


def plots(evidence: ValidationEvidence | None, funnel: pd.DataFrame) -> Iterator[tuple[str, Plot]]:
    """Yield every figure of a run with its file name (without ending)."""
    yield "funnel", funnel_plot(funnel)
    if evidence is not None:
        yield "calibration", calibration_plot(evidence.calibration)
        yield "targeting_curve", targeting_plot(evidence.toc, evidence.autoc)
        yield "rivals", rivals_plot(evidence)
        yield "checks", checks_plot(evidence)


def calibration_plot(bins: tuple[Bin, ...]) -> Plot:
    """Return forecast against realised effect by tenth of the forecast, with 80 % intervals and the line of perfect forecasts."""
    plot, axes = _canvas("Calibration of the effect", f"forecast uplift ({UNIT})", f"realised effect ({UNIT})")
    forecast = np.array([cell.forecast for cell in bins])
    _draw_intervals(axes, forecast, [cell.realised for cell in bins])
    if len(forecast):
        ends = np.array([forecast.min(), forecast.max()])
        axes.plot(ends, ends, color="grey", linewidth=1)
    return plot


def targeting_plot(curve: tuple[Bin, ...], autoc: Figure) -> Plot:
    """Return the targeting curve with its 80 % band."""
    title = f"Targeting curve, AUTOC {autoc.value:.3f} ({autoc.lower:.3f} to {autoc.upper:.3f})"
    plot, axes = _canvas(title, "share of moves, highest forecast first", f"mean effect above the average ({UNIT})")
    share = np.array([cell.forecast for cell in curve])
    axes.plot(share, [cell.realised.value for cell in curve], color="C0")
    axes.fill_between(share, [c.realised.lower for c in curve], [c.realised.upper for c in curve], color="C0", alpha=0.2)
    axes.axhline(0, color="grey", linewidth=1)
    return plot


def rivals_plot(evidence: ValidationEvidence) -> Plot:
    """Return the loss gain over a forecast of zero of the model and its rivals."""
    plot, axes = _canvas("The model and its rivals", "lower squared error than forecasting zero", "")
    _draw_rows(axes, {rival.name: rival.loss_gain for rival in evidence.baselines})
    return plot


def checks_plot(evidence: ValidationEvidence) -> Plot:
    """Return every single figure of the validation with its 80 % interval."""
    plot, axes = _canvas("Validation", "value and 80 % interval", "")
    _draw_rows(axes, evidence.figures())
    return plot


def funnel_plot(funnel: pd.DataFrame) -> Plot:
    """Return the rows left after each step; ``funnel`` has one row per step with columns step and rows."""
    plot, axes = _canvas("From moves to training rows", "rows", "")
    steps = [str(step) for step in funnel["step"]]
    axes.barh(range(len(steps)), funnel["rows"].to_numpy(dtype=np.float64), color="C0")
    axes.set_yticks(range(len(steps)), steps)
    axes.invert_yaxis()
    return plot


def _canvas(title: str, x: str, y: str) -> tuple[Plot, Axes]:
    plot = Plot(figsize=(7, 4.5), dpi=100)
    FigureCanvasAgg(plot)
    plot.subplots_adjust(left=0.3, right=0.97, bottom=0.12, top=0.92)
    axes = plot.add_subplot()
    axes.set(title=title, xlabel=x, ylabel=y)
    return plot, axes


def _draw_intervals(axes: Axes, x: np.ndarray, figures: list[Figure]) -> None:
    value = np.array([figure.value for figure in figures])
    half = np.nan_to_num(np.array([figure.upper - figure.value for figure in figures]))
    axes.errorbar(x, value, yerr=half, fmt="o", color="C0", capsize=3)


def _draw_rows(axes: Axes, figures: dict[str, Figure]) -> None:
    value = np.array([figure.value for figure in figures.values()])
    half = np.nan_to_num(np.array([figure.upper - figure.value for figure in figures.values()]))
    axes.errorbar(value, range(len(value)), xerr=half, fmt="o", color="C0", capsize=3)
    axes.set_yticks(range(len(value)), list(figures))
    axes.axvline(0, color="grey", linewidth=1)
    axes.invert_yaxis()
