"""The figure of a list."""

import pandas as pd

from placement.list_plots import intervals_plot


def test_every_candidate_has_a_line_in_the_colour_of_its_band_and_a_dot() -> None:
    rows = pd.DataFrame({"rank": [2, 1, 3], "band": [1, 1, 2], "uplift": [0.1, 0.2, -0.1], "grade": list("BAC")})
    rows = rows.assign(lower=rows["uplift"] - 0.1, upper=rows["uplift"] + 0.1)
    axes = intervals_plot(rows).axes[0]
    assert [text.get_text() for text in axes.get_yticklabels()] == ["1 · A", "2 · B", "3 · C"]
    lines = [line for line in axes.lines if len(line.get_xdata()) == 2 and line.get_linewidth() == 3]
    assert [line.get_color() for line in lines] == ["C0", "C0", "C1"]
