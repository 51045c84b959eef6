"""Publishing is all or nothing, whatever happens in between."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from features.errors import PublicationError, StalePublicationError
from publication import read
from publication.loading import load_rows
from publication.publish import Publication, prune, publish, recover
from publication.store import Store
from publication.workspace import Workspace

Make = Callable[..., Publication]


class Killed(BaseException):
    """Stands for a kill: nothing in the program catches it."""


@contextmanager
def killed_at(step: int, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Die at the ``step``-th touch of the disk or the database."""
    seen = 0

    def deadly(function: Callable[..., Any]) -> Callable[..., Any]:
        def wrapped(*args: Any, **kwargs: Any) -> Any:
            nonlocal seen
            seen += 1
            if seen == step:
                raise Killed
            return function(*args, **kwargs)

        return wrapped

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", deadly(os.fsync))
        patch.setattr(Path, "replace", deadly(Path.replace))
        patch.setattr(Path, "mkdir", deadly(Path.mkdir))
        patch.setattr(pq, "write_table", deadly(pq.write_table))
        patch.setattr(Store, "load", deadly(Store.load))
        patch.setattr(Store, "switch", deadly(Store.switch))
        patch.setattr("publication.store.load_rows", deadly(load_rows))
        yield


def in_force(workspace: Workspace, store: Store) -> tuple[str, float, str, float]:
    run = read.current(workspace)
    with store.reading() as answers:
        return run.run_id, run.run()["offset"], answers.run_id, answers.run()["offset"]


@pytest.mark.slow
def test_a_kill_at_any_step_leaves_a_whole_publication_in_force(
    make: Make, workspace: Workspace, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(workspace, make("old"), store)
    for step in range(1, 200):
        new = make(f"new{step}", offset=float(step))
        before = in_force(workspace, store)
        try:
            with killed_at(step, monkeypatch):
                publish(workspace, new, store)
            break
        except Killed:
            files_id, files_offset, rows_id, rows_offset = in_force(workspace, store)
            assert (files_id, files_offset) in {before[:2], (new.run_id, float(step))}
            assert (rows_id, rows_offset) in {before[2:], (new.run_id, float(step))}
            assert len(read.current(workspace).table("shortlists")) == 3
            recover(workspace, store)
            after = in_force(workspace, store)
            assert after[:2] == after[2:]
            publish(workspace, new, store)
            assert in_force(workspace, store) == (new.run_id, float(step)) * 2
    else:
        pytest.fail("publishing never ran to its end")
    assert step > 20


def test_the_same_run_twice_has_the_same_bytes(make: Make, workspace: Workspace, store: Store, tmp_path: Path) -> None:
    other = Workspace(tmp_path / "elsewhere")
    other.root.mkdir()
    first = publish(workspace, make("run"), store)
    second = publish(other, make("run"), Store(other.database_url))
    assert {path.name: path.read_bytes() for path in first.iterdir()} == {path.name: path.read_bytes() for path in second.iterdir()}


def test_row_order_does_not_matter(make: Make, workspace: Workspace, store: Store) -> None:
    folder = publish(workspace, make("run"), store)
    given = make("shuffled")
    shuffled = {name: frame.iloc[::-1] for name, frame in given.tables.items()}
    again = publish(workspace, Publication("shuffled", shuffled, given.run, given.people), store)
    for name in given.tables:
        assert (folder / f"{name}.parquet").read_bytes() == (again / f"{name}.parquet").read_bytes()


def test_published_files_hold_no_names(make: Make, workspace: Workspace, store: Store) -> None:
    folder = publish(workspace, make("run"), store)
    for path in folder.glob("*.parquet"):
        assert {"name", "nip"}.isdisjoint(pq.read_schema(path).names)


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"uplift": 9.0}, "_uplift_is_a_difference"),
        ({"grade": "E"}, "grade"),
        ({"rank": 1}, "repeat the key"),
        ({"surprise": 1}, "surprise"),
        ({"net_value": "x"}, "net_value"),
    ],
)
def test_a_table_off_its_schema_is_refused_and_nothing_changes(
    make: Make, workspace: Workspace, store: Store, change: dict[str, Any], fault: str
) -> None:
    publish(workspace, make("old"), store)
    bad = make("new")
    bad = Publication("new", {**bad.tables, "shortlists": bad.tables["shortlists"].assign(**change)}, bad.run, bad.people)
    with pytest.raises(PublicationError, match=fault) as refusal:
        publish(workspace, bad, store)
    assert "P1" not in str(refusal.value)
    assert read.current(workspace).run_id == "old"
    assert sorted(path.name for path in workspace.published.iterdir()) == ["current", "old"]


def test_nothing_published_is_said_with_the_command_that_publishes(workspace: Workspace) -> None:
    with pytest.raises(StalePublicationError, match="tepat run"):
        read.current(workspace)


def test_pruning_keeps_what_was_in_force_last(make: Make, workspace: Workspace, store: Store) -> None:
    for age, name in enumerate(("d", "c", "b", "a")):
        os.utime(publish(workspace, make(name), store), ns=(0, 10**18 + age))
    publish(workspace, make("c"), store)
    publish(workspace, make("d"), store)
    assert prune(workspace, store, keep=1) == (2, 2)
    assert sorted(path.name for path in workspace.published.iterdir()) == ["c", "current", "d"]
    assert prune(workspace, store, keep=0) == (1, 1)
    assert in_force(workspace, store) == ("d", 0.0) * 2
    assert len(read.current(workspace).table("shortlists")) == 3


def test_pruning_after_a_kill_between_the_two_switches_keeps_what_the_pages_show(
    make: Make, workspace: Workspace, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(workspace, make("old"), store)
    new = make("new")
    monkeypatch.setattr("publication.publish.recover", lambda *_: None)
    monkeypatch.setattr(Store, "switch", raises)
    with pytest.raises(Killed):
        publish(workspace, new, store)
    monkeypatch.undo()
    assert in_force(workspace, store) == ("new", 0.0, "old", 0.0)
    prune(workspace, store, keep=0)
    assert in_force(workspace, store) == ("new", 0.0) * 2


def raises(*_: object) -> None:
    raise Killed


def test_pruning_where_nothing_is_published_removes_nothing(workspace: Workspace, store: Store) -> None:
    assert prune(workspace, store, keep=0) == (0, 0)
