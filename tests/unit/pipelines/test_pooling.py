"""Files of other cities are read strictly; a city's own is never heard."""

import json
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest

from features.errors import SourceError, UsageError
from models.pooling.contribution import FORMAT, Cell, Contribution, Line, Products, columns_digest
from pipelines.contributing import as_text
from pipelines.pooling import hearing, own_mark, read_contribution
from pipelines.settings import Params
from pipelines.texts import Language

PRODUCTS = Products(40, ((4.0, 1.0), (1.0, 9.0)), (0.5, 0.25))
TOLD = Contribution(
    FORMAT, columns_digest(), "pack", "another", 40, 8, ("experience", "stale"), (1.0, 2.0), (Cell("lainnya", PRODUCTS),), PRODUCTS,
    Line(None, None, 1.0, 10), (),
)  # fmt: skip
KEY = b"key"


def written(folder: Path, name: str = "told.json", **changed: Any) -> str:
    path = folder / name
    path.write_text(json.dumps({**asdict(TOLD), **changed}))
    return str(path)


def test_a_file_is_read_as_it_was_written(tmp_path: Path) -> None:
    assert read_contribution(Path(written(tmp_path))) == TOLD


def test_without_a_pool_nothing_is_expected() -> None:
    assert Params().uplift.belief is None


def test_what_others_told_becomes_a_belief_and_changes_what_learning_rests_on(tmp_path: Path) -> None:
    params = hearing(Params(), [written(tmp_path)], KEY)
    assert params.uplift.belief is not None
    assert params.uplift.belief.columns.names == ("experience", "stale")
    assert params.digest("uplift") != Params().digest("uplift")
    assert replace(params, uplift=Params().uplift) == Params()


def test_a_folder_is_heard_in_any_order_and_the_same_city_once(tmp_path: Path) -> None:
    folder = tmp_path / "pool"
    folder.mkdir()
    names = [written(folder, "b.json"), written(folder, "a.json", origin="third")]
    assert hearing(Params(), [str(folder)], KEY) == hearing(Params(), names[::-1] + names, KEY)


def test_a_citys_own_file_is_not_heard(tmp_path: Path) -> None:
    own = written(tmp_path, "own.json", origin=own_mark(KEY))
    with pytest.raises(UsageError, match="no contribution of another city"):
        hearing(Params(), [own], KEY)
    other = written(tmp_path)
    assert hearing(Params(), [own, other], KEY) == hearing(Params(), [other], KEY)


@pytest.mark.parametrize("changed", [{"format": FORMAT + 1}, {"columns": "older"}])
def test_another_version_is_refused_by_name(tmp_path: Path, changed: dict[str, Any]) -> None:
    with pytest.raises(UsageError, match="another version") as told:
        read_contribution(Path(written(tmp_path, **changed)))
    assert "versi lain" in told.value.into("id")


@pytest.mark.parametrize(
    "changed",
    [
        {"names": ["experience", "unheard"]},
        {"spreads": [1.0]},
        {"spreads": [1.0, 0.0]},
        {"cells": [{"family": "x", "products": {"people": 9, "precision": [[1.0, 0.0], [0.0, 1.0]], "potential": [0.0, 0.0]}}]},
        {"between": {"people": 40, "precision": [[1.0, 2.0], [0.0, 1.0]], "potential": [0.0, 0.0]}},
        {"potential": [0.0]},
    ],
)
def test_damaged_files_are_refused(tmp_path: Path, changed: dict[str, Any]) -> None:
    with pytest.raises(UsageError, match="damaged"):
        read_contribution(Path(written(tmp_path, **changed)))


def test_an_unknown_key_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="people_by_name"):
        read_contribution(Path(written(tmp_path, people_by_name=[])))


@pytest.mark.parametrize("text", ["", "[1, 2"])
def test_what_is_no_json_is_said_to_be_unreadable(tmp_path: Path, text: str) -> None:
    (tmp_path / "none.json").write_text(text)
    with pytest.raises(SourceError):
        read_contribution(tmp_path / "none.json")


def test_who_contributes_reads_how_many_people_stand_behind_each_cell_and_what_to_do_next() -> None:
    told = as_text(replace(TOLD, people=1440), Path("told.json"), Language.ID)
    assert "1 kelompok dari 1.440 pegawai yang dinilai selama 8 tahun" in told
    assert "lainnya 40" in told
    assert "docs/pooling.md" in told
