"""Keys that several rows bear are found whatever their columns are."""

import numpy as np
import pandas as pd
import pytest

from features.checking.faults.keys import _taken


@pytest.mark.parametrize("columns", [["person"], ["person", "day"], ["person", "day", "kind", "value"]])
@pytest.mark.parametrize("wide", [False, True])
def test_rows_with_a_taken_key_are_those_pandas_finds(columns: list[str], *, wide: bool) -> None:
    draw, rows = np.random.default_rng(7), 2_000
    days = pd.date_range("2020-01-01", periods=200).to_numpy()
    person = pd.CategoricalDtype([f"p{number}" for number in range(2**14 if wide else 127)])
    keys = pd.DataFrame(
        {
            "person": pd.Categorical.from_codes(draw.integers(-1, len(person.categories), rows), dtype=person),
            "day": pd.Series(draw.choice(days, rows)).mask(draw.random(rows) < 0.1),
            "kind": pd.Series(draw.choice(["a", "b"], rows), dtype="str").mask(draw.random(rows) < 0.1),
            "value": draw.choice([0.5, 1.5, np.nan], rows),
        }
    )
    assert _taken(keys[columns]).tolist() == keys[columns].duplicated(keep=False).tolist()


def test_keys_too_many_to_number_are_found_too() -> None:
    many = pd.CategoricalDtype([str(number) for number in range(2**16)])
    codes = np.random.default_rng(1).integers(0, 2**16, (4, 500))
    keys = pd.DataFrame({str(place): pd.Categorical.from_codes(row, dtype=many) for place, row in enumerate(codes)})
    assert not _taken(keys).any()
    again = pd.concat([keys, keys[:3]], ignore_index=True)
    assert np.flatnonzero(_taken(again)).tolist() == [0, 1, 2, 500, 501, 502]
