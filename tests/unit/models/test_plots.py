"""Figures are drawn from results alone, whatever is missing in them."""

import pandas as pd
import pytest

from models.judgement.effect_scores import Bin, Figure
from models.judgement.evidence import Baseline
from models.tracking.plots import baselines_plot, calibration_plot, fifths_plot, funnel_plot, plots, targeting_plot

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
    assert targeting_plot((), NAN, NAN).axes
    assert fifths_plot((), NAN).axes
    assert baselines_plot(()).axes
    assert [name for name, _ in plots(None, pd.DataFrame({"step": [], "rows": []}))] == ["funnel"]


def test_fifths_show_what_came_and_what_was_forecast() -> None:
    fifths = tuple(Bin(0.1 * k, Figure(0.2 * k, 0.2 * k - 0.1, 0.2 * k + 0.1), 5) for k in range(5))
    (axes,) = fifths_plot(fifths, Figure(0.8, 0.5, 1.1)).axes
    realised, forecast = (axes.containers[0].lines[0], axes.lines[-2])
    assert realised.get_ydata() == pytest.approx([0.0, 0.2, 0.4, 0.6, 0.8])
    assert forecast.get_ydata() == pytest.approx([0.0, 0.1, 0.2, 0.3, 0.4])
    assert "top less bottom 0.800 (0.500 to 1.100)" in axes.get_title()


def test_baselines_stand_side_by_side_in_black_with_orders_open() -> None:
    told = [Baseline("model", Figure(0.1, 0.0, 0.2), NAN), Baseline("saw", Figure(0.0, 0.0, 0.0), NAN, rescaled=True)]
    panels = baselines_plot(told).axes
    assert len(panels) == 3
    shapes = [(container.lines[0].get_marker(), container.lines[0].get_markerfacecolor()) for container in panels[0].containers]
    assert shapes == [("s", "black"), ("o", "white")]
    assert [label.get_text() for label in panels[0].get_yticklabels()] == ["model", "saw"]
