"""Texts are found where pandas finds them, whatever they hold."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from features import text_index
from features.text_index import TextIndex

TEXTS = st.lists(st.text(max_size=70) | st.text("0a\x00", max_size=9), max_size=40)


def index_of(texts: list[str]) -> pd.Index:
    return pd.Index(list(dict.fromkeys(texts)), dtype="str")


@given(TEXTS, TEXTS)
def test_texts_are_found_where_pandas_finds_them(known: list[str], asked: list[str]) -> None:
    listed, others = index_of(known), index_of(asked + known[::2])
    np.testing.assert_array_equal(TextIndex(listed).places(others), listed.get_indexer(others))


def test_texts_that_share_a_fingerprint_are_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(text_index, "_FACTOR", np.uint64(0))  # any two texts share one
    one = TextIndex(index_of(["a"]))
    assert one.places(index_of(["b", "a"])).tolist() == [-1, 0]
    several = TextIndex(index_of(["a", "b", "c"]))
    assert several.places(index_of(["c", "d", "a"])).tolist() == [2, -1, 0]


def test_a_missing_text_is_nowhere() -> None:
    assert TextIndex(index_of(["a"])).places(pd.Index([None, "a"], dtype="str")).tolist() == [-1, 0]


def test_a_part_of_an_index_is_looked_up_as_it_stands() -> None:
    whole = index_of(["a", "bb", "ccc", "dd"])
    assert TextIndex(whole[1:3]).places(whole[2:]).tolist() == [1, -1]
