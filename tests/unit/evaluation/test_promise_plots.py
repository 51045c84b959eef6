"""The figure of promises."""

import pandas as pd

from evaluation.promise_plots import promises_plot


def test_cells_that_may_be_shown_have_a_square_for_the_promise_and_a_dot_for_the_outcome() -> None:
    rows = pd.DataFrame({
        "dimension": ["all", "grade"], "cell": ["", "A"], "people": [40, 3], "promised": [0.3, None], "realised": [0.2, None],
        "realised_lower": [0.1, None], "realised_upper": [0.4, None], "suppressed": [False, True],
    })  # fmt: skip
    axes = promises_plot(rows).axes[0]
    assert [label.get_text() for label in axes.get_yticklabels()] == ["all (n 40)"]
    assert axes.containers[0].lines[0].get_xdata().tolist() == [0.2]
    assert axes.lines[-1].get_xdata().tolist() == [0.3]
