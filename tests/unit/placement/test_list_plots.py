"""The figure of a list."""

import pandas as pd

from placement.list_plots import intervals_plot, plan_plot


def test_every_candidate_has_a_dot_with_its_interval_filled_by_its_band() -> None:
    rows = pd.DataFrame({"rank": [2, 1, 3], "band": [1, 1, 2], "uplift": [0.1, 0.2, -0.1], "grade": list("BAC")})
    rows = rows.assign(lower=rows["uplift"] - 0.1, upper=rows["uplift"] + 0.1)
    axes = intervals_plot(rows).axes[0]
    assert [text.get_text() for text in axes.get_yticklabels()] == ["1 · A", "2 · B", "3 · C"]
    dots = {
        tuple(part.lines[0].get_ydata().tolist()): (part.lines[0].get_markerfacecolor(), part.lines[0].get_xdata().tolist())
        for part in axes.containers
    }
    assert dots == {(2,): ("white", [-0.1]), (0, 1): ("black", [0.2, 0.1])}


def test_a_plan_shows_every_move_and_fills_the_firm_ones() -> None:
    moves = pd.DataFrame({"net_value": [0.3, 0.1, 0.2], "stability": [0.6, 0.4, 0.5], "chain": 1, "step": 1})
    open_dots, filled = plan_plot(moves).axes[0].lines[:2]
    assert open_dots.get_xdata().tolist() == [0.1]
    assert filled.get_xdata().tolist() == [0.2, 0.3]
    assert filled.get_ydata().tolist() == [1, 2]
