"""Text becomes typed cells, and what cannot be read is named."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from features.codes import CONTRACT_RANKS, RANKS
from features.contract import TABLES, Column
from features.source.parsing import parse_column


def column(name: str) -> Column:
    table, _, own = name.partition(".")
    return TABLES[table].column(own)


def read(name: str, cells: list[str | None]) -> tuple[list[object], dict[str, list[int]]]:
    parsed = parse_column(pd.Series(cells, dtype="str"), column(name))
    return parsed.values.tolist(), {rule: list(np.flatnonzero(mask)) for rule, mask in parsed.faults.items()}


@pytest.mark.parametrize(
    "text",
    ["2020-01-31", "31-01-2020", "31/1/2020", "31.01.2020", "2020/01/31", "20200131", "43861", "43861.0", "31 Januari 2020",
     "31-Jan-2020", "2020-01-31 00:00:00", "2020-01-31T08:30:00"],
)  # fmt: skip
def test_every_spelling_of_a_date_is_the_same_day(text: str) -> None:
    assert read("employees.birth_date", [text]) == ([pd.Timestamp("2020-01-31")], {})


@pytest.mark.parametrize(
    ("text", "rule"),
    [("12-31-2020", "date_swapped"), ("2020-31-12", "date_swapped"), ("9999-12-31", "date_sentinel"),
     ("0000-00-00", "date_sentinel"),
     ("01-01-1900", "date_sentinel"), ("1900-01-00", "date_sentinel"), ("30-02-2020", "unparseable_date"),
     ("99-99-2020", "unparseable_date"),
     ("123", "unparseable_date"), ("kemarin", "unparseable_date"), ("today", "unparseable_date"), ("now", "unparseable_date"),
     ("31 Foo 2020", "unparseable_date")],
)  # fmt: skip
def test_a_date_that_cannot_be_is_named_and_never_guessed(text: str, rule: str) -> None:
    values, faults = read("employees.birth_date", [text, "2020-01-31", None])
    assert faults == {rule: [0]}
    assert pd.isna(values[0])
    assert values[1] == pd.Timestamp("2020-01-31")


@given(st.dates(min_value=pd.Timestamp("1950-01-01").date(), max_value=pd.Timestamp("2100-12-31").date()))
def test_iso_and_local_dates_round_trip(day: object) -> None:
    stamp = pd.Timestamp(str(day))
    serial = str((stamp - pd.Timestamp("1899-12-30")).days)
    values, faults = read("employees.birth_date", [f"{stamp:%Y-%m-%d}", f"{stamp:%d-%m-%Y}", serial])
    assert values == [stamp] * 3
    assert faults == {}


def test_numbers_know_decimal_commas_and_thousands() -> None:
    cells = ["1", "2,5", "1.234,5", "1,234.5", "1e3", "-3.2", " 4 ", None]
    assert read("appraisals.score", cells)[0][:-1] == [1.0, 2.5, 1234.5, 1234.5, 1000.0, -3.2, 4.0]


@pytest.mark.parametrize(
    ("name", "text", "rule"),
    [("appraisals.score", "tiga", "not_a_number"), ("appraisals.score", "1e999", "not_a_number"),
     ("appraisals.rating", "3.5", "not_whole"),
     ("appraisals.rating", "6", "out_of_range"), ("appraisals.rating", "0", "out_of_range"),
     ("employees.disability", "mungkin", "not_a_boolean"),
     ("ranks.value", "V/z", "unknown_code"), ("employees.nip", "1,98607E+17", "excel_damaged"),
     ("assignments.position_id", "1.98E+17", "excel_damaged")],
)  # fmt: skip
def test_what_is_not_of_its_kind_is_named(name: str, text: str, rule: str) -> None:
    values, faults = read(name, [text])
    assert faults == {rule: [0]}
    assert pd.isna(values[0])


@pytest.mark.parametrize("text", ["III/d", "III-d", "IIId", "iii/D", "III d", "34"])
def test_every_spelling_of_a_rank_is_the_same_rank(text: str) -> None:
    assert read("ranks.value", [text]) == (["III/d"], {})


def test_siasn_ids_reach_every_rank_and_no_rank_of_a_contract() -> None:
    ids = [f"{group}{level}" for group, levels in ((1, 4), (2, 4), (3, 4), (4, 5)) for level in range(1, levels + 1)]
    assert read("ranks.value", ids) == (list(RANKS), {})
    assert read("ranks.value", list(CONTRACT_RANKS)) == (list(CONTRACT_RANKS), {})
    assert read("positions.min_rank", ["IX"])[1] == {"unknown_code": [0]}


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("S1", "S-1"),
        ("S-1/Sarjana", "S-1"),
        ("D4", "D-IV"),
        ("Diploma III", "D-III"),
        ("SMA", "SLTA"),
        ("SLTA Kejuruan", "SLTA"),
        ("s3", "S-3"),
    ],
)
def test_education_levels_are_known_by_their_usual_names(text: str, level: str) -> None:
    spelled = {"s3": "S-3/Doktor"}.get(text, text)
    assert read("educations.value", [spelled]) == ([level], {})


def test_sex_is_read_from_indonesian_and_english() -> None:
    assert read("employees.sex", ["L", "P", "Pria", "Wanita", "M", "F", "Laki-laki"])[0] == ["M", "F", "M", "F", "M", "F", "M"]


def test_an_empty_column_has_its_dtype_and_no_fault() -> None:
    for table in TABLES.values():
        for declared in table.columns:
            parsed = parse_column(pd.Series([None, None], dtype="str"), declared)
            filled = parse_column(pd.Series([None, "2020-01-01"], dtype="str"), declared)
            assert parsed.values.isna().all()
            assert parsed.values.dtype == filled.values.dtype, f"{table.name}.{declared.name}"
            assert parsed.faults == {}
