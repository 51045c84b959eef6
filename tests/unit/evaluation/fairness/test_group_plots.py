"""Figures of groups: hidden ones stay hidden, and who stands apart is read off the interval."""

import numpy as np
import pandas as pd
import pytest

from evaluation.fairness.evaluate import AUC, GAP, RATIO
from evaluation.fairness.group_plots import apart, gaps_plot, ratios_plot, shown, traces_plot

TABLE = pd.DataFrame({
    "measure": ["planned"] * 4 + ["uplift"], "among": ["eligible"] * 4 + ["candidates"],
    "dimension": ["sex", "sex", "age", "age", "sex"],
    "cell": ["F", "M", "all", "55+", "F"], "statistic": [RATIO] * 4 + [AUC], "people": [50, 60, 7, 9, 50],
    "value": [0.1, 0.2, 0.3, 0.4, 0.55], "ratio": [0.5, 2.0, np.nan, 1.2, np.nan], "lower": [0.3, 1.1, np.nan, 0.7, 0.45],
    "upper": [0.8, np.nan, np.nan, np.nan, 0.65], "suppressed": [False, False, True, False, False],
})  # fmt: skip


def test_suppressed_rows_are_not_shown() -> None:
    assert shown(TABLE, RATIO, "planned", "eligible")["cell"].tolist() == ["F", "M", "55+"]
    labels = [label.get_text() for label in ratios_plot(TABLE, "planned", "eligible", 0.8).axes[0].get_yticklabels()]
    assert labels == ["sex: women (n 50)", "sex: men (n 60)", "age: 55+ (n 9)"]


def test_a_group_stands_apart_where_its_interval_does_not_hold_the_like_value() -> None:
    assert apart(shown(TABLE, RATIO, "planned", "eligible"), "ratio", 1.0)["cell"].tolist() == ["F", "M"]


def test_gaps_are_drawn_as_the_difference_to_everybody_else() -> None:
    row = {"measure": "uplift", "among": "moved", "dimension": "sex", "cell": "F", "statistic": GAP, "people": 50, "value": 0.1}
    table = pd.DataFrame([{**row, "others": 0.3, "lower": -0.5, "upper": 0.1, "suppressed": False}])
    line = gaps_plot(table).axes[0].containers[0].lines[0]
    assert line.get_xdata() == pytest.approx([-0.2])


def test_the_youngest_stand_first() -> None:
    bands = pd.DataFrame({"cell": ["35-44", "<35"], "dimension": "age_band", "measure": "planned", "among": "eligible"})
    assert shown(bands.assign(statistic=RATIO, suppressed=False), RATIO, "planned", "eligible")["cell"].tolist() == ["<35", "35-44"]


def test_traces_are_drawn_around_one_half() -> None:
    axes = traces_plot(TABLE, "uplift").axes[0]
    assert axes.lines[0].get_xdata() == [0.5, 0.5]
    assert axes.containers[0].lines[0].get_xdata().tolist() == [0.55]
