"""One sort of packed whole numbers orders as pandas does by its columns."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from features.sorting import day_numbers, distinct_numbers, found_at, last_of, ordered, ranks

rows = st.lists(st.tuples(st.integers(-3, 3), st.sampled_from(["b", "a", None]), st.integers(0, 2**40)), max_size=40)


@given(rows)
def test_rows_are_ordered_as_pandas_orders_them(drawn: list[tuple[int, str | None, int]]) -> None:
    frame = pd.DataFrame(drawn, columns=["number", "text", "wide"]).astype({"number": "int64", "text": "str", "wide": "int64"})
    expected = frame.sort_values(["number", "text", "wide"], kind="stable").index
    assert ordered(frame["number"], ranks(frame["text"]), frame["wide"]).tolist() == expected.tolist()


def test_keys_too_wide_to_be_packed_are_sorted_all_the_same() -> None:
    first, second = np.array([1, 0, 2**50, 0]), np.array([0, 2**50, 3, 5])
    assert ordered(first, second).tolist() == [3, 1, 0, 2]


@pytest.mark.parametrize("days", [["2024-02-01", None, "2023-12-31"], ["2024-02-01 10:00", "2024-02-01 09:00", None]])
def test_dates_keep_their_order_and_empty_ones_come_last(days: list[str | None]) -> None:
    column = pd.Series(pd.to_datetime(days, format="ISO8601")).astype("datetime64[us]")
    assert np.argsort(day_numbers(column)).tolist() == column.sort_values().index.tolist()


def test_texts_are_found_where_they_stand() -> None:
    assert found_at(pd.Series(["b", None, "x", "a"], dtype="str"), pd.Index(["a", "b"])).tolist() == [1, -1, -1, 0]
    assert found_at(pd.Series([], dtype="str"), pd.Index([], dtype="str")).tolist() == []


def test_the_last_of_each_run_is_marked() -> None:
    assert last_of(np.array([1, 1, 2, 2, 2])).tolist() == [False, True, False, False, True]
    assert last_of(np.array([1, 1, 2]), np.array([0, 1, 1])).tolist() == [True, True, True]
    assert last_of(np.array([], dtype=np.int64)).tolist() == []


@given(st.lists(st.integers(-5, 5) | st.integers(-(2**62), 2**62)))
def test_numbers_that_occur_are_those_numpy_finds(numbers: list[int]) -> None:
    given_numbers = np.array(numbers, dtype=np.int64)
    np.testing.assert_array_equal(distinct_numbers(given_numbers), np.unique(given_numbers))
