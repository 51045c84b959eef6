"""The application database gives the rows of one run, never a mix."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa

from features.errors import StalePublicationError
from publication import store as stores
from publication import tables
from publication.accounts.access import Seen
from publication.publish import Publication, publish
from publication.records import open_records
from publication.store import Store
from publication.workspace import Workspace

Make = Callable[..., Publication]


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def filled(request: pytest.FixtureRequest, workspace: Workspace, make: Make) -> tuple[Store, Workspace, str]:
    url = workspace.database_url if request.param == "sqlite" else request.getfixturevalue("postgres")
    workspace.root.mkdir(exist_ok=True)
    store = Store(url)
    publish(workspace, make("first"), store)
    return store, workspace, url


def test_answers_carry_the_run_and_its_rows(filled: tuple[Store, Workspace, str]) -> None:
    store, *_ = filled
    run = store.run()
    assert run is not None
    assert run["run_id"] == "first"
    assert [row["position_id"] for row in store.positions()] == ["J2", "J1"]  # the vacant one first
    assert [row["employee_id"] for row in store.shortlist("J1")] == ["P2", "P3"]
    assert store.shortlist("J1", limit=1)[0]["reasons_for"][0]["concept"] == "experience"
    assert store.best_positions("P1")[0]["position_id"] == "J2"
    assert store.exclusions("J1")[0]["cure_date"] == date(2026, 1, 31)
    assert {row["run_id"] for row in [*store.positions(), *store.shortlist("J1"), *store.exclusions("J1")]} == {"first"}


def test_positions_are_found_by_any_part_of_their_names(filled: tuple[Store, Workspace, str]) -> None:
    store, *_ = filled
    assert [row["position_id"] for row in store.positions("SEKSI")] == ["J1"]
    assert store.positions("%") == []
    assert [row["position_id"] for row in store.positions("", limit=1, offset=1)] == ["J1"]


def test_one_candidate_one_position_or_nothing(filled: tuple[Store, Workspace, str]) -> None:
    store, *_ = filled
    found = store.candidate("J1", "P3")
    assert found is not None
    assert found["rank"] == 2
    assert found["aspiration"] is None
    assert store.candidate("J2", "P9") is None
    assert store.position("J9") is None


def test_people_have_names_only_here(filled: tuple[Store, Workspace, str]) -> None:
    store, *_ = filled
    people = store.people(["P1", "P2", "P9"])
    assert people["P1"]["name"] == "Orang Satu"
    assert people["P2"]["name"] is None
    assert "P9" not in people


def test_facts_come_back_as_they_were(filled: tuple[Store, Workspace, str]) -> None:
    store, *_ = filled
    with store.reading() as answers:
        facts = answers.facts("facts_employees", "P1")
    assert facts is not None
    assert facts["facts"] == {"birth_year": 1980.0, "since": "2020-01-01"}


def test_a_reading_stays_with_its_run_while_another_is_published(filled: tuple[Store, Workspace, str], make: Make) -> None:
    store, workspace, url = filled
    with store.reading() as answers:
        before = answers.shortlist("J1")
        publish(workspace, make("second", offset=1.0), Store(url))
        publish(workspace, make("third", offset=2.0), Store(url))
        assert answers.shortlist("J1") == before
        assert answers.run()["offset"] == 0.0
    assert store.shortlist("J1")[0]["run_id"] == "third"


def test_only_the_run_in_force_and_the_one_before_are_kept(filled: tuple[Store, Workspace, str], make: Make) -> None:
    store, workspace, url = filled
    for number in range(3):
        publish(workspace, make(f"run{number}", offset=float(number)), store)
    with sa.create_engine(url).connect() as connection:
        kept = set(connection.scalars(sa.select(tables.RUNS.c.run_id)))
    assert kept == {"run1", "run2"}


def test_a_database_of_another_version_is_loaded_anew(
    filled: tuple[Store, Workspace, str], make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, workspace, _ = filled
    monkeypatch.setattr(tables, "version", lambda: "another")
    assert store.run() is None
    publish(workspace, make("first"), store)
    assert len(store.shortlist("J1")) == 2


def test_an_empty_database_has_no_run(workspace: Workspace) -> None:
    workspace.root.mkdir()
    store = Store(workspace.database_url)
    assert store.run() is None
    with pytest.raises(StalePublicationError, match="tepat run"):
        store.positions()


def test_a_run_never_loaded_cannot_be_put_in_force(filled: tuple[Store, Workspace, str]) -> None:
    store, *_ = filled
    with pytest.raises(StalePublicationError, match="does not hold"):
        store.switch("unknown")


def test_others_write_while_a_run_is_loaded(
    filled: tuple[Store, Workspace, str], make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, workspace, url = filled
    access = open_records(url, workspace.root).access
    plain = stores.as_rows

    def interrupted(*given: Any) -> Any:
        access.write([Seen("2026-03-01T08:00:00+07:00", "dinda", "hr", "reveal", "J1")])  # waits ten seconds, then fails, if locked
        return plain(*given)

    monkeypatch.setattr(stores, "as_rows", interrupted)
    monkeypatch.setattr(stores, "PART", 2)
    new = make("second", offset=1.0)
    publish(workspace, new, store)
    assert len(access.newest()) > len(new.tables)
    assert {row["run_id"] for row in store.shortlist("J1")} == {"second"}
    assert len(store.positions()) == 2
    assert len(store.shortlist("J1")) == 2


def test_half_a_run_is_not_held_and_gives_way(
    filled: tuple[Store, Workspace, str], make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, workspace, _ = filled
    new = make("second", offset=1.0)
    with monkeypatch.context() as patch:
        patch.setattr(stores, "load_rows", fails_after(3))
        with pytest.raises(RuntimeError, match="power"):
            publish(workspace, new, store)
    assert not store.holds("second")
    assert {row["run_id"] for row in store.shortlist("J1")} == {"first"}
    publish(workspace, new, store)
    assert len(store.shortlist("J1")) == 2
    assert {row["run_id"] for row in store.shortlist("J1")} == {"second"}


def fails_after(parts: int) -> Callable[..., None]:
    plain, done = stores.load_rows, []

    def load(*given: Any) -> None:
        if len(done) == parts:
            raise RuntimeError("power is gone")
        plain(*given)
        done.append(given)

    return load


def test_the_listed_are_told_by_rank_alone(filled: tuple[Store, Workspace, str]) -> None:
    with filled[0].reading() as answers:
        assert answers.listed("J1") == [row["employee_id"] for row in answers.shortlist("J1")] == ["P2", "P3"]
        assert answers.listed("J1", limit=1) == ["P2"]
        assert answers.listed("nowhere") == []
