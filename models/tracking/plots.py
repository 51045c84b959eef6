"""Figures of the validation: each function takes plain results and returns a matplotlib figure; nothing is shown or saved here."""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Plot

from features.drawing import GREY, UNIT, canvas, empty_figure, whiskers
from models.judgement.effect_scores import Bin, Figure
from models.judgement.evidence import Baseline, ValidationEvidence

DESIGNS = {
    "mean_effect": "main estimate", "lagged_outcome": "regression on past scores", "did_last": "change from the last score",
    "did_earlier": "change from the score before", "placebo_mean": "pretended moves of stayers",
}  # fmt: skip
"""Figures of the bracket, and what they are called there."""
CHECKS = (
    "outcome_r2", "propensity_auc", "propensity_slope", "overlap", "coverage", "realised_coverage", "excess_variance",
    "placebo_slope", "placebo_autoc", "leniency_correlation", "unit_slope", "post_spread", "robustness_of_slope",
)  # fmt: skip
"""Figures that say whether the others may be believed."""
LOSSES = (-1.0, -0.1, 0.0, 0.1)
"""Ticks of the line of losses, which is logarithmic away from zero."""


def plots(evidence: ValidationEvidence | None, funnel: pd.DataFrame) -> Iterator[tuple[str, Plot]]:
    """Yield every figure of a run with its file name (without ending)."""
    yield "funnel", funnel_plot(funnel)
    if evidence is not None:
        yield "calibration", calibration_plot(evidence.calibration)
        yield "targeting_curve", targeting_plot(evidence.toc, evidence.autoc, evidence.qini)
        yield "fifths", fifths_plot(evidence.gates, evidence.gates_ends)
        yield "bracket", bracket_plot(evidence)
        yield "baselines", baselines_plot(evidence.baselines)
        yield "checks", checks_plot(evidence)


def calibration_plot(bins: tuple[Bin, ...]) -> Plot:
    """Return forecast against realised effect by tenth of the forecast, with 80 % intervals and the line of perfect forecasts."""
    plot, axes = canvas("Calibration of the effect", f"forecast uplift ({UNIT})", f"realised effect ({UNIT})")
    forecast = np.array([cell.forecast for cell in bins])
    _points(axes, forecast, [cell.realised for cell in bins])
    if len(forecast):
        ends = np.array([forecast.min(), forecast.max()])
        axes.plot(ends, ends, color=GREY, linewidth=1)
    return plot


def targeting_plot(curve: tuple[Bin, ...], autoc: Figure, qini: Figure) -> Plot:
    """Return the targeting curve with its 80 % band, and the Qini curve, share times height, dashed below it."""
    plot, axes = canvas(
        f"Targeting: AUTOC {_told(autoc)}, Qini {_told(qini)}", "share of moves, highest forecast first",
        f"mean effect above the average ({UNIT})",
    )  # fmt: skip
    share = np.array([cell.forecast for cell in curve])
    height = np.array([cell.realised.value for cell in curve])
    axes.fill_between(share, [c.realised.lower for c in curve], [c.realised.upper for c in curve], color="0.85", label="80 %")
    axes.plot(share, height, color="black", label="top share less all (TOC)")
    axes.plot(share, share * height, color="black", linestyle="--", label="times the share (Qini)")
    axes.axhline(0, color=GREY, linewidth=1)
    axes.legend(frameon=False)
    return plot


def fifths_plot(fifths: tuple[Bin, ...], ends: Figure) -> Plot:
    """Return realised effects by fifth of the forecast with 80 % intervals, and the mean forecast of each as an open square."""
    title = f"Effect by fifth of the forecast: top less bottom {_told(ends)}"
    plot, axes = canvas(title, "fifth of the forecast, lowest first", f"effect ({UNIT})")
    place = np.arange(1, len(fifths) + 1, dtype=np.float64)
    _points(axes, place, [cell.realised for cell in fifths])
    axes.plot(place, [cell.forecast for cell in fifths], "s", color="black", fillstyle="none", label="forecast")
    axes.axhline(0, color=GREY, linewidth=1)
    axes.set_xticks(place)
    axes.legend(frameon=False)
    return plot


def bracket_plot(evidence: ValidationEvidence) -> Plot:
    """Return the mean effect by every design, and what pretended moves show, with 80 % intervals."""
    title = f"Mean effect by design; a hidden cause undoes it from {evidence.robustness_value.value:.1%}"
    plot, axes = canvas(title, UNIT, "")
    _rows(axes, {told: getattr(evidence, name) for name, told in DESIGNS.items()})
    return plot


def baselines_plot(baselines: Sequence[Baseline]) -> Plot:
    """Return loss gain, AUTOC and plan value of the model (square), forecasting rivals (dots) and mere orders (open dots)."""
    plot = empty_figure(height=1.2 + 0.3 * max(len(baselines), 3), width=10)
    panels = plot.subplots(1, 3, sharey=True)
    plot.suptitle("The model (square), forecasts (dots), orders only (open; loss after their best line)")
    columns = {"lower loss than zero": "loss_gain", "AUTOC": "autoc", "plan less actual choices": "plan_value"}
    for axes, (told, name) in zip(panels, columns.items(), strict=True):
        for place, rival in enumerate(baselines):
            _whisker(axes, place, getattr(rival, name), "s" if rival.name == "model" else "o", open_dot=rival.rescaled)
        axes.axvline(0, color=GREY, linewidth=1)
        axes.set_xlabel(told)
    panels[0].set_xscale("symlog", linthresh=0.05)  # the loss of the worst is a hundred times that of the best
    panels[0].set_xticks(LOSSES, [f"{loss:g}" for loss in LOSSES])
    panels[0].minorticks_off()
    panels[0].set_yticks(range(len(baselines)), [rival.name for rival in baselines])
    panels[0].invert_yaxis()
    return plot


def checks_plot(evidence: ValidationEvidence) -> Plot:
    """Return the figures that say whether the others may be believed, with their 80 % intervals."""
    plot, axes = canvas("Checks", "value and 80 % interval", "")
    _rows(axes, {name: getattr(evidence, name) for name in CHECKS})
    return plot


def funnel_plot(funnel: pd.DataFrame) -> Plot:
    """Return the rows left after each step; ``funnel`` has one row per step with columns step and rows."""
    plot, axes = canvas("From moves to training rows", "rows", "")
    steps = [str(step) for step in funnel["step"]]
    axes.barh(range(len(steps)), funnel["rows"].to_numpy(dtype=np.float64), color=GREY)
    axes.set_yticks(range(len(steps)), steps)
    axes.invert_yaxis()
    return plot


def _told(figure: Figure) -> str:
    return f"{figure.value:.3f} ({figure.lower:.3f} to {figure.upper:.3f})"


def _half(figure: Figure) -> float:
    return float(np.nan_to_num(figure.upper - figure.value))


def _points(axes: Axes, x: np.ndarray, figures: list[Figure]) -> None:
    value, half = np.array([figure.value for figure in figures]), np.array([_half(figure) for figure in figures])
    axes.errorbar(x, value, yerr=half, fmt="o", color="black", capsize=3)


def _rows(axes: Axes, figures: Mapping[str, Figure]) -> None:
    for place, figure in enumerate(figures.values()):
        _whisker(axes, place, figure, "o")
    axes.set_yticks(range(len(figures)), list(figures))
    axes.axvline(0, color=GREY, linewidth=1)
    axes.invert_yaxis()


def _whisker(axes: Axes, place: int, figure: Figure, shape: str, *, open_dot: bool = False) -> None:
    whiskers(axes, [figure.value], ([figure.lower], [figure.upper]), [place], shape, filled=not open_dot)
