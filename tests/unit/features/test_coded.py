"""Texts as categories: the same texts in memory, below one another and in Arrow tables; the parts of the people they name."""

from pathlib import Path

import pandas as pd
import pyarrow as pa

from features.checking.shelf import People, Shelf
from features.coded import (
    arrow_table,
    below,
    coded_texts,
    frame_of,
    plain_frame,
    stacked,
    text_ranks,
    trimmed,
    used_texts,
    with_texts,
)
from features.parts import part_numbers
from features.pseudonyms import pseudonym

KEY = b"k"


def column(*cells: str | None) -> pd.Series:
    places, texts = pd.factorize(pd.Series(cells, dtype="str"))
    return pd.Series(coded_texts(places, pd.Index(texts)))


def frame(*cells: str | None, first: int = 0) -> pd.DataFrame:
    days = pd.to_datetime(pd.Series(["2020-01-01", None] * len(cells))).astype("datetime64[us]").head(len(cells))
    rows = {"text": column(*cells), "day": days, "whole": pd.array([1, None] * len(cells), dtype="Int64")[: len(cells)]}
    return pd.DataFrame(rows).set_axis(range(first, first + len(cells)))


def test_a_frame_comes_back_from_arrow_as_it_was() -> None:
    given = frame("b", None, "a", "b", first=7)
    pd.testing.assert_frame_equal(plain_frame(frame_of(arrow_table(given, index=True))), plain_frame(given))
    assert list(frame_of(arrow_table(given, index=False)).index) == [0, 1, 2, 3]


def test_frames_with_other_texts_stand_below_one_another() -> None:
    one, other, none = frame("b", "a"), frame("c", None, "a", first=2), frame(None, first=5)
    pd.testing.assert_frame_equal(plain_frame(below([one, other, none])), pd.concat(map(plain_frame, (one, other, none))))


def test_a_slice_keeps_the_texts_its_rows_hold() -> None:
    whole = arrow_table(frame("a", "b", "c", None, "c"), index=True)
    assert trimmed(whole.slice(2, 2)).column("text").chunk(0).dictionary.to_pylist() == ["c"]
    assert trimmed(whole.slice(2, 2)).column("text").to_pylist() == ["c", None]


def test_ranks_leave_out_texts_no_row_holds() -> None:
    held = column("b", "é", None, "a", "Z")[[0, 1, 2, 4]]
    ranks, texts = text_ranks(held)
    assert (ranks.tolist(), list(texts)) == ([1, 2, -1, 0], ["Z", "b", "é"])
    assert sorted(used_texts(held)) == ["Z", "b", "é"]


def test_two_texts_may_become_one() -> None:
    named = with_texts(column("x", "y", None, "x"), pd.Series(["n", "n"], dtype="str"))
    assert [None if pd.isna(cell) else cell for cell in named] == ["n", "n", None, "n"]
    assert list(named.cat.categories) == ["n"]


def test_persons_are_numbered_by_part_whoever_comes_later() -> None:
    known = pd.Series([f"E{number}" for number in range(50)], dtype="str")
    people = People(known, KEY, 3)
    part, number = people.numbered(pd.Series([*known, "X1", None, "X2", "X1"], dtype="str"))
    assert part[:50].tolist() == part_numbers(pd.Index([pseudonym(KEY, one) for one in known]), 3).tolist()
    assert part[50:].tolist() == [*part_numbers(pd.Index(["X1"]), 3), 0, *part_numbers(pd.Index(["X2", "X1"]), 3)]
    assert number[51] == -1
    again = people.numbered(column("X3", "X1", "E7"))
    assert (again[0][1:].tolist(), again[1][1:].tolist()) == ([part[50], part[7]], [number[50], number[7]])
    for one in range(3):
        assert people.listed(one) is people.listed(one)
    told = [people.listed(at).categories[of] for at, of in zip(part, number, strict=True) if of >= 0]
    assert told == [*known, "X1", "X2", "X1"]


def test_a_changed_part_is_there_after_others_were_worked_on(tmp_path: Path) -> None:
    name = "assignments"
    shelf = Shelf(2, tmp_path)
    shelf.people = People(pd.Series(["E1", "E2", "E3", "E4"], dtype="str"), KEY, 2)
    part, number = shelf.people.numbered(column("E1", "E2", "E3", "E4", "E1"))
    rows = pd.DataFrame({"employee_id": number, "position_id": column("P1", "P2", "P3", "P4", "P5")})
    shelf.scatter(name, [(rows, part)])
    kept = shelf.part(name, 0).iloc[1:]
    shelf.put(name, kept, 0)
    expected = plain_frame(kept)
    shelf.part(name, 1)
    pd.testing.assert_frame_equal(plain_frame(shelf.part(name, 0)), expected)
    assert shelf.count(name) == 4
    assert shelf.column(name, 1, "position_id").tolist() == plain_frame(shelf.part(name, 1))["position_id"].tolist()


def test_few_texts_take_one_byte_a_row_and_many_below_few_as_much_as_they_need() -> None:
    few, many = ([f"{start}{number}" for number in range(count)] for start, count in (("a", 100), ("b", 200)))
    frames = [pd.DataFrame({"text": column(*texts)}) for texts in (few, many)]
    tables = [arrow_table(frame, index=True) for frame in frames]
    assert [table.schema.field("text").type.index_type for table in tables] == [pa.int8(), pa.int16()]
    assert frame_of(stacked(tables))["text"].astype("str").tolist() == few + many


def test_more_texts_than_one_byte_can_number_come_together_from_parts_that_need_one() -> None:
    texts = [f"{number}" for number in range(300)]
    parts = [pd.DataFrame({"text": column(*texts[start : start + 100])}) for start in (0, 100, 200)]
    assert below(parts)["text"].astype("str").tolist() == texts


def test_pseudonyms_of_the_parts_are_those_of_the_key_and_another_key_gives_its_own() -> None:
    people = People(column("b", "a", "c"), KEY, 2)
    assert people.pseudonyms(KEY, pd.Index(["a", "c"], dtype="str")).tolist() == [pseudonym(KEY, "a"), pseudonym(KEY, "c")]
    assert people.pseudonyms(b"other", pd.Index(["a"], dtype="str")).tolist() == [pseudonym(b"other", "a")]
    assert people.pseudonyms(KEY, pd.Index(["x"], dtype="str")).tolist() == [pseudonym(KEY, "x")]
