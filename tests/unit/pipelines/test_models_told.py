"""Pages are told which model is in force, since when and by whose word, whatever changed the registry."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from models.tracking.registered import Standing
from pipelines import models_told
from pipelines.models_told import Deed, as_told, telling
from publication.model_in_force import ModelsTold, Stand, keep, latest
from publication.workspace import Workspace

RUN, ROLLBACK = Deed("released", "", "2026-03-02T03:00:00+07:00"), Deed("rolled_back", "terminal:ani", "2026-04-01T09:00:00+07:00")


def version(number: int, state: str, reason: str = "passed", by: str = "") -> Standing:
    return Standing(number, "2026-03-01", state, ranking_supported=True, reason=reason, model_hash=f"hash{number}", by=by)


FIRST = as_told([], [version(1, "in_force")], None, RUN)
BOTH = [version(1, "former"), version(2, "in_force")]
BACK = [version(1, "in_force", "keliru"), version(2, "refused", "keliru")]


def test_a_first_model_is_in_force_by_the_rules_since_its_run() -> None:
    assert FIRST.in_force == Stand(
        1, "hash1", "2026-03-01", RUN.at, "released", "", "semua syarat penentu terpenuhi", "all deciding rules passed"
    )
    assert (FIRST.refused, FIRST.versions) == (None, {"hash1": 1})


def test_a_refused_challenger_is_told_with_its_rules_and_the_champion_stays_as_it_was_told() -> None:
    now = [version(1, "in_force"), version(2, "refused", "newest_shares")]
    found = as_told([version(1, "in_force")], now, FIRST, Deed("released", "", "2026-04-02T03:00:00+07:00"))
    assert found.in_force == FIRST.in_force
    assert found.refused is not None
    assert (found.refused.version, found.refused.at[:10]) == (2, "2026-04-02")
    assert found.refused.reason_en == "not met: shares per grade of the newest year depart from the years before"
    assert as_told(now, now, found, Deed("released", "", "2026-05-02T03:00:00+07:00")) == found, "nothing changed: nothing is newer"


def test_a_roll_back_says_from_which_version_by_whom_and_why() -> None:
    found = as_told(BOTH, BACK, FIRST, ROLLBACK)
    assert found.in_force == Stand(1, "hash1", "2026-03-01", ROLLBACK.at, "rolled_back", "terminal:ani", "keliru", "keliru", 2)
    assert found.refused is not None
    assert found.refused.version == 2


def test_of_a_model_in_force_before_anybody_told_it_nothing_is_made_up() -> None:
    found = as_told([version(1, "in_force")], [version(1, "in_force")], None, RUN)
    assert found.in_force is not None
    assert (found.in_force.how, found.in_force.at) == ("found", "")


def test_an_only_champion_that_is_refused_leaves_none() -> None:
    found = as_told(
        [version(1, "in_force")], [version(1, "refused", "salah")], FIRST, Deed("refused", "terminal:ani", "2026-04-01")
    )
    assert found.in_force is None
    assert found.refused is not None
    assert (found.refused.reason_id, found.refused.by) == ("salah", "terminal:ani")


def test_what_was_told_is_kept_and_a_deed_that_fails_tells_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    workspace = Workspace(tmp_path)
    registry: Any = SimpleNamespace(standings=lambda: BACK)
    monkeypatch.setattr(models_told, "registry_of", lambda job: registry)
    job: Any = SimpleNamespace(workspace=workspace)
    assert latest(workspace) is None
    with pytest.raises(ValueError, match="no"), telling(job, "released"):
        raise ValueError("no")
    assert latest(workspace) is None
    keep(workspace, FIRST)
    with telling(job, "promoted", "terminal:ani"):
        pass
    found = latest(workspace)
    assert isinstance(found, ModelsTold)
    assert found.in_force is not None
    assert (found.in_force.how, found.in_force.by, found.in_force.former) == ("promoted", "terminal:ani", None)
