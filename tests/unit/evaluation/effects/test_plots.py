"""Figures show the rows of the table, in both languages, and no cell that is withheld."""

import pandas as pd
import pytest

from evaluation.effects.plots import bracket_plot, causes_plot, cells_plot, event_study_plot
from evaluation.effects.wording import titled


@pytest.fixture
def table() -> pd.DataFrame:
    rows = [
        ("performance", "matched", "all", "", 0, 0.2), ("performance", "before_after", "all", "", 0, 0.5),
        ("performance", "event_study", "all", "", -1, -0.2), ("performance", "event_study", "all", "", 1, 0.2),
        ("performance", "matched", "family", "new", 0, 0.0), ("performance", "matched", "family", "same", 0, 0.3),
        ("performance", "cause", "cause", "wrong_match", 0, 0.4), ("performance", "cause", "cause", "no_training", 0, 0.1),
    ]  # fmt: skip
    frame = pd.DataFrame(rows, columns=["outcome", "design", "dimension", "cell", "step", "estimate"])
    frame = frame.assign(lower=frame["estimate"] - 0.1, upper=frame["estimate"] + 0.1, people=40, suppressed=frame["cell"] == "new")
    return titled(frame.assign(reached=["named" if cell == "wrong_match" else None for cell in frame["cell"]]))


def labels(plot) -> list[str]:
    return [tick.get_text() for tick in plot.axes[0].get_yticklabels()]


def test_the_event_study_shows_every_step(table: pd.DataFrame) -> None:
    line = event_study_plot(table).axes[0].containers[0].lines[0]
    assert list(line.get_xdata()) == [-1, 1]
    assert list(line.get_ydata()) == [-0.2, 0.2]


def test_designs_stand_in_order_with_the_matched_one_on_top(table: pd.DataFrame) -> None:
    assert len(labels(bracket_plot(table))) == 3
    assert labels(bracket_plot(table, "en"))[0].startswith("against people like them who stayed")


def test_a_withheld_cell_is_not_drawn(table: pd.DataFrame) -> None:
    assert len(labels(cells_plot(table, ["family"]))) == 1


def test_a_named_cause_has_a_star_and_only_its_name(table: pd.DataFrame) -> None:
    assert ["*" in label for label in labels(causes_plot(table))] == [True, False]
    assert labels(causes_plot(table, "en"))[0] == "wrong match * (n 40)"


def test_cells_are_told_by_what_tells_them_apart(table: pd.DataFrame) -> None:
    assert labels(cells_plot(table, ["family"], "en")) == ["job family: the same (n 40)"]


def test_the_years_of_an_event_study_are_told_apart(table: pd.DataFrame) -> None:
    assert labels(bracket_plot(table, "en"))[1] == "event study, year relative to the move +1 (n 40)"
