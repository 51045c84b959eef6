"""Figures are drawn from results alone, whatever is missing in them."""

import pandas as pd

from models.judgement.effect_scores import Bin, Figure
from models.tracking.plots import calibration_plot, funnel_plot, plots, targeting_plot

NAN = Figure(float("nan"))


def test_the_funnel_has_one_bar_per_step() -> None:
    plot = funnel_plot(pd.DataFrame({"step": ["moves", "rated"], "rows": [9, 4], "reason": ["", ""]}))
    (axes,) = plot.axes
    assert [bar.get_width() for bar in axes.patches] == [9, 4]
    assert [label.get_text() for label in axes.get_yticklabels()] == ["moves", "rated"]


def test_calibration_shows_forecast_against_realised() -> None:
    (axes,) = calibration_plot((Bin(0.1, Figure(0.2, 0.1, 0.3), 5), Bin(0.3, NAN, 5))).axes
    points = axes.containers[0].lines[0]
    assert points.get_xdata().tolist() == [0.1, 0.3]


def test_empty_results_still_draw() -> None:
    assert calibration_plot(()).axes
    assert targeting_plot((), NAN).axes
    assert [name for name, _ in plots(None, pd.DataFrame({"step": [], "rows": []}))] == ["funnel"]
