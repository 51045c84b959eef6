"""Frames as numbers for linear models and trees."""

import numpy as np
import pandas as pd
import pytest

from features.errors import UsageError
from models.stack.encoding import CLIP_SD, MIN_LEVEL_ROWS, FrameEncoder


def frame() -> pd.DataFrame:
    return pd.DataFrame({
        "years": [1.0, np.nan, 3.0] * 10, "family": pd.Categorical(["health", "law", None] * 10), "flag": [True, False, True] * 10,
        "rare": ["one"] + ["many"] * 29,
    })  # fmt: skip


def test_linear_columns_have_no_gaps_and_trees_keep_theirs() -> None:
    found = FrameEncoder().fit(frame()).transform(frame())
    assert not np.isnan(found.linear).any()
    assert np.isnan(found.trees[:3]).tolist() == [
        [False, False, False, False], [True, False, False, False], [False, True, False, False],
    ]  # fmt: skip
    assert found.categorical == (1, 2, 3)


def test_rare_levels_get_no_column_of_their_own() -> None:
    encoder = FrameEncoder().fit(frame())
    columns = {"years": 2, "family": 2, "flag": 2, "rare": 1}
    assert (frame()["rare"] == "one").sum() < MIN_LEVEL_ROWS
    assert encoder.transform(frame()).linear.shape[1] == sum(columns.values())


def test_levels_are_coded_by_name_not_by_the_frame_at_hand() -> None:
    encoder = FrameEncoder().fit(frame())
    subset = pd.DataFrame({"years": [1.0], "family": ["law"], "flag": [True], "rare": ["many"]})
    assert encoder.transform(subset).trees[0, 1] == encoder.transform(frame()).trees[1, 1]


def test_wild_values_are_clipped() -> None:
    encoder = FrameEncoder().fit(frame())
    assert encoder.transform(frame().assign(years=1e9)).linear[:, 0].max() == CLIP_SD


def test_a_column_without_any_value_is_only_its_gap() -> None:
    found = FrameEncoder().fit(pd.DataFrame({"a": [np.nan] * 3})).transform(pd.DataFrame({"a": [np.nan] * 3}))
    assert found.linear.tolist() == [[0.0, 1.0]] * 3


def test_infinite_values_and_missing_columns_are_named() -> None:
    with pytest.raises(UsageError, match="'years' of X has 30 infinite"):
        FrameEncoder().fit(frame().assign(years=np.inf))
    with pytest.raises(UsageError, match="lacks 1 of the 4 columns"):
        FrameEncoder().fit(frame()).transform(frame().drop(columns="flag"))
