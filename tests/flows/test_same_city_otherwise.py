"""The same city laid out otherwise, or under other ids, is the same publication: nothing hangs on how an export was written."""

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import yaml

from benchmarks.kills.resuming import finish
from features.contract import TABLES, Kind
from pipelines.job import open_job
from pipelines.request import Request

pytestmark = pytest.mark.slow
Published = dict[str, bytes]
PREFIX = "kota-"
"""Put before every id: a renaming that keeps their order, which alone decides between equals and whom a draw takes."""


@pytest.fixture(scope="module")
def sheets(city: Path) -> dict[str, pd.DataFrame]:
    return {path.stem: pd.read_csv(path, dtype="str", keep_default_na=False) for path in sorted(city.glob("*.csv"))}


@pytest.fixture(scope="module")
def as_it_is(city: Path, quick: Path, tmp_path_factory: pytest.TempPathFactory) -> Published:
    return finish(open_job(Request(str(city), str(tmp_path_factory.mktemp("as-it-is")), params=str(quick))))


def test_every_row_twice_shuffled_and_in_several_files_is_the_same_publication(
    sheets: dict[str, pd.DataFrame], as_it_is: Published, quick: Path, tmp_path: Path
) -> None:
    source, mapping = tmp_path / "source", tmp_path / "mapping.yaml"
    source.mkdir()
    for name, frame in sheets.items():
        doubled = pd.concat([frame, frame]) if TABLES[name].key else frame
        mixed = doubled.sample(frac=1.0, random_state=1).sample(frac=1.0, axis=1, random_state=2)
        for part in range(3):
            mixed.iloc[part::3].to_csv(source / f"{name}-{part}.csv", index=False)
    mapping.write_text(yaml.safe_dump({name: {"from": f"{name}-[0-9]"} for name in sheets}), encoding="utf-8")
    job = open_job(Request(str(source), str(tmp_path / "workspace"), mapping=str(mapping), params=str(quick)))
    made = finish(job)
    assert tables(made) == tables(as_it_is)
    assert said(made) == said(as_it_is)


def test_other_ids_are_the_same_publication_but_for_the_ids(
    sheets: dict[str, pd.DataFrame], as_it_is: Published, quick: Path, tmp_path: Path
) -> None:
    source = tmp_path / "source"
    source.mkdir()
    for name, frame in sheets.items():
        ids = [one.name for one in TABLES[name].columns if one.kind in (Kind.ID, Kind.PERSON) and one.name in frame]
        renamed = frame.assign(**{column: frame[column].where(frame[column] == "", PREFIX + frame[column]) for column in ids})
        renamed.to_csv(source / f"{name}.csv", index=False)
    made = finish(open_job(Request(str(source), str(tmp_path / "workspace"), params=str(quick))))
    assert made.keys() == as_it_is.keys()
    for name, frame in frames(made, tmp_path / "made").items():
        before = frames(as_it_is, tmp_path / "before")[name]
        pd.testing.assert_frame_equal(frame.map(unprefixed), before.map(unprefixed), obj=name)
    assert said(made)["validation"] == said(as_it_is)["validation"]


def tables(published: Published) -> Published:
    return {name: data for name, data in published.items() if name.endswith(".parquet")}


def frames(published: Published, folder: Path) -> dict[str, pd.DataFrame]:
    folder.mkdir(exist_ok=True)
    for name, data in tables(published).items():
        (folder / name).write_bytes(data)
    return {path.name: pd.read_parquet(path) for path in sorted(folder.iterdir())}


def said(published: Published) -> dict[str, Any]:
    """Return what ``run.json`` says but for what was read and under which id: which files, how many rows, in which run."""
    run: dict[str, Any] = json.loads(published["run.json"])
    for name in ("run_id", "source_rows"):
        del run[name]
    for name in ("source", "model"):
        del run["hashes"][name]
    return run


def unprefixed(cell: object) -> object:
    return cell.replace(PREFIX, "") if isinstance(cell, str) else cell
