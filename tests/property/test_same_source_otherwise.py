"""What a source says is what counts, not how it is laid out: order, repeats, files and formats lead to the same snapshot."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from benchmarks.fuzz.damage import hostile_cells, write_csv
from benchmarks.fuzz.sources import Source, drawn
from features.checking.checks import CheckedSource, check_source
from features.contract import TABLES
from features.snapshot import lost_rows, write_snapshot
from features.source.mapping import Mapping, parse_mapping
from features.source.readers import read_source

pytestmark = pytest.mark.filterwarnings("ignore")  # NumPy remarks on cells that were damaged on purpose
KEY = b"k" * 32
HALVES = ("1", "2")


def shuffled(source: Source, rng: np.random.Generator) -> Source:
    return {name: cells.sample(frac=1.0, random_state=int(rng.integers(2**31))) for name, cells in source.items()}


def columns_shuffled(source: Source, rng: np.random.Generator) -> Source:
    return {name: cells[list(rng.permutation(cells.columns))] for name, cells in source.items()}


def twice(source: Source, rng: np.random.Generator) -> Source:
    """Every row twice, shuffled; not of tables without a key, in which two like rows are two people's answers."""
    doubled = {name: pd.concat([cells, cells]) if TABLES[name].key else cells for name, cells in source.items()}
    return shuffled(doubled, rng)


LAYOUTS: dict[str, Callable[[Source, np.random.Generator], Source]] = {
    "rows shuffled": shuffled, "columns shuffled": columns_shuffled, "every row twice": twice,
}  # fmt: skip


def hurt(seed: int) -> Source:
    """A drawn source whose cells are damaged: what is set aside must not hang on the layout either."""
    source, rng = drawn(seed, optional=6), np.random.default_rng([seed, 7])
    return hostile_cells(source, str(rng.choice(sorted(source))), rng)


def checked(folder: Path, source: Source) -> CheckedSource:
    folder.mkdir()
    write_csv(folder, source)
    return check_source(read_source(str(folder)))


def snapshot(folder: Path, found: CheckedSource) -> str:
    return write_snapshot(found, folder / "snapshots", KEY)


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("seed", range(2))
def test_another_layout_is_the_same_snapshot(layout: str, seed: int, tmp_path: Path) -> None:
    source = hurt(seed)
    first = checked(tmp_path / "first", source)
    other = checked(tmp_path / "other", LAYOUTS[layout](source, np.random.default_rng(seed)))
    for name, frame in first.tables.items():
        columns = list(frame.columns)
        ordered = [one.tables[name].sort_values(columns, key=lambda cells: cells.astype("str")) for one in (first, other)]
        pd.testing.assert_frame_equal(*(one.reset_index(drop=True) for one in ordered), obj=name)
    pd.testing.assert_frame_equal(lost_rows(first), lost_rows(other))
    assert other.report.usable == first.report.usable
    assert snapshot(tmp_path, other) == snapshot(tmp_path, first)


def test_posts_without_a_last_day_end_alike_though_every_row_comes_twice(tmp_path: Path) -> None:
    source = dict(drawn(3))
    source["assignments"] = source["assignments"].drop(columns="end_on")
    found = [checked(tmp_path / "once", source), checked(tmp_path / "twice", twice(source, np.random.default_rng(0)))]
    assert found[0].tables["assignments"]["end_on"].notna().any()
    assert snapshot(tmp_path, found[0]) == snapshot(tmp_path, found[1])
    assert set(found[1].quarantine["rule"]) - set(found[0].quarantine["rule"]) == {"duplicate_row"}


@pytest.mark.parametrize("seed", range(2))
def test_a_table_in_several_files_and_formats_is_the_same_snapshot(seed: int, tmp_path: Path) -> None:
    source = hurt(seed)
    halves = tmp_path / "halves"
    halves.mkdir()
    for name, cells in source.items():
        write_csv(halves, {f"{name}-1": cells.iloc[::2]})
        second = pa.Table.from_pandas(cells.iloc[1::2].replace("", None), preserve_index=False)
        pq.write_table(second, halves / f"{name}-2.parquet")
    split = check_source(read_source(str(halves), pieces()))
    assert snapshot(tmp_path, split) == snapshot(tmp_path, checked(tmp_path / "whole", source))


def pieces() -> Mapping:
    """The mapping that reads every table from all files whose names begin with it."""
    return parse_mapping({name: {"from": f"{name}-[0-9]"} for name in TABLES})


def test_an_order_that_decides_something_would_be_seen(tmp_path: Path) -> None:
    source = drawn(0)
    first = checked(tmp_path / "first", source)
    other = dict(source)
    other["units"] = source["units"].assign(name=source["units"]["name"].iloc[::-1].to_numpy())
    assert snapshot(tmp_path, checked(tmp_path / "other", other)) != snapshot(tmp_path, first)
