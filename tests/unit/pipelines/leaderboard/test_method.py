from dataclasses import dataclass

import numpy as np
import pandas as pd
import pytest

from features.errors import UsageError
from pipelines.leaderboard.method import checked, handed

PAIRS = pd.DataFrame({"employee_id": ["a", "b", "c"], "position_id": ["x", "x", "y"]}, index=[4, 7, 9])


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (np.zeros(2), r"shape \(2,\), expected \(3,\)"),
        (np.zeros((3, 1)), r"shape \(3, 1\)"),
        (0.5, r"shape \(\)"),
        (["a", "b", "c"], "no numbers"),
        (None, r"shape \(\), expected \(3,\)"),
        (np.array([0.0, np.nan, np.inf]), "2 values that are missing or infinite"),
        (pd.DataFrame({"effect": np.zeros(3)}), "columns effect; expected uplift"),
        (pd.DataFrame({"uplift": np.zeros(3), "lower": np.zeros(3)}), "expected uplift, or uplift, lower and upper"),
        (pd.DataFrame({"uplift": [0, 0, 2], "lower": [-1, -1, -1], "upper": [1, 1, 1]}), "1 forecasts lie outside"),
    ],
)
def test_a_wrong_answer_is_told_with_what_was_expected(answer: object, told: str) -> None:
    with pytest.raises(UsageError, match=told):
        checked(answer, PAIRS)


def test_every_fault_of_an_answer_is_told_at_once() -> None:
    with pytest.raises(UsageError, match=r"'uplift' has 1 values.*'upper' has 3 values"):
        checked(pd.DataFrame({"uplift": [0, 0, np.nan], "lower": [0, 0, 0], "upper": [np.nan] * 3}), PAIRS)


@pytest.mark.parametrize("answer", [np.ones(3), [1, 1, 1], pd.Series([1.0, 1.0, 1.0]), pd.DataFrame({"uplift": [1, 1, 1]})])
def test_arrays_lists_series_and_frames_are_taken_in_order(answer: object) -> None:
    taken = checked(answer, PAIRS)
    assert taken.index.equals(PAIRS.index)
    assert taken["uplift"].tolist() == [1.0, 1.0, 1.0]


def test_rounding_is_no_opinion() -> None:
    assert checked(0.1 + np.array([0.0, 1e-15, -1e-15]), PAIRS)["uplift"].nunique() == 1


@dataclass(frozen=True)
class Inner:
    frame: pd.DataFrame


@dataclass(frozen=True)
class Outer:
    inner: Inner
    column: pd.Series
    by_name: dict[str, pd.DataFrame]


def test_what_one_method_writes_into_its_view_reaches_no_other() -> None:
    frame = pd.DataFrame({"x": [1.0, 2.0]})
    view = Outer(Inner(frame), frame["x"], {"t": frame})
    mine = handed(view)  # type: ignore[arg-type]
    mine.inner.frame.loc[0, "x"] = mine.by_name["t"].loc[0, "x"] = mine.column.loc[0] = 99.0
    mine.inner.frame["new"] = 1
    assert frame.to_dict("list") == {"x": [1.0, 2.0]}
    assert view.column.tolist() == [1.0, 2.0]
