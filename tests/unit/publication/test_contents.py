"""What lies in a workspace, told."""

from collections.abc import Callable

import pandas as pd
import pytest

from publication import contents
from publication.publish import Publication, publish
from publication.read import PublishedRun, current
from publication.store import Store
from publication.workspace import Workspace

Make = Callable[..., Publication]


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory, make: Make) -> PublishedRun:
    workspace = Workspace(tmp_path_factory.mktemp("city"))
    publish(workspace, make("a1"), Store(workspace.database_url))
    return current(workspace)


def test_places_are_the_folders_that_exist_with_their_bytes(run: PublishedRun) -> None:
    workspace = Workspace(run.folder.parent.parent)
    found = contents.places(workspace).set_index("place")
    assert "published" in found.index
    assert "mlartifacts" not in found.index
    files = [path for path in workspace.published.rglob("*") if path.is_file()]
    assert found.loc["published", "files"] == len(files)
    assert found.loc["published", "megabytes"] == pytest.approx(sum(path.stat().st_size for path in files) / 1e6)
    assert found.loc["published", "what"].startswith("Published runs")


def test_tables_are_told_with_their_rows_and_keys(run: PublishedRun) -> None:
    found = contents.published_tables(run).set_index("table")
    assert found.loc["shortlists", "rows"] == 3
    assert found.loc["positions", "key"] == "position_id"
    assert len(contents.published_tables_plot(found.reset_index()).axes[0].patches) == (found["rows"] > 0).sum()


def test_the_list_with_most_to_tell_is_of_a_vacant_position(run: PublishedRun) -> None:
    assert contents.telling_list(run)["position_id"].unique().tolist() == ["J2"]


def test_reasons_become_rows_and_none_where_there_are_none() -> None:
    record = '[{"concept": "unit", "contribution": 0.2, "en": "Unit", "record_en": "posts"}]'
    told = contents.told_reasons(pd.Series({"reasons_for": record, "reasons_against": None}))
    assert told.to_numpy().tolist() == [["for", "unit", 0.2, "Unit", "posts"]]
    assert contents.told_reasons(pd.Series({"reasons_for": None, "reasons_against": "[]"})).empty


def test_the_missing_are_counted_by_the_rule_in_the_way(run: PublishedRun) -> None:
    found = contents.missing_by_rule(run, "J1")
    assert found[["rule_id", "verdict", "people", "example"]].to_numpy().tolist() == [["R01", "fail", 1, "b"]]
    assert contents.missing_by_rule(run, "J2").empty
