"""An analysis opens what is in force, by the choices it was made with, or says what is wrong."""

import json
from pathlib import Path
from types import SimpleNamespace

import pytest

from features.errors import StalePublicationError
from pipelines import analysing
from pipelines.analysing import ROOT, open_analysis
from pipelines.settings import load_params


def publish(root: Path, params_digest: str) -> None:
    folder = root / "published" / "r1"
    folder.mkdir(parents=True)
    (root / "published" / "current").write_text("r1", encoding="ascii")
    document = {"as_of": "2026-03-22", "seed": "7", "hashes": {"params": params_digest, "source": "0123456789abcdef" * 4}}
    (folder / "run.json").write_text(json.dumps({**document, "ranking_supported": False, "validation": None}), encoding="utf-8")


def test_a_workspace_without_a_publication_says_so(tmp_path: Path) -> None:
    with pytest.raises(StalePublicationError, match="no publication"):
        open_analysis(tmp_path)


def test_the_run_in_force_is_opened_and_nothing_is_read_before_it_is_asked_for(tmp_path: Path) -> None:
    publish(tmp_path, load_params().digest())
    analysis = open_analysis(tmp_path)
    assert (analysis.run.run_id, analysis.seed, f"{analysis.as_of:%Y-%m-%d}") == ("r1", 7, "2026-03-22")
    assert analysis.evidence is None
    assert analysis.quarantine == tmp_path / "quarantine" / "0123456789abcdef"


def test_a_run_made_by_other_choices_is_refused_until_they_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    choices = tmp_path / "own.yaml"
    choices.write_text("uplift:\n  folds: 4\n", encoding="utf-8")
    publish(tmp_path, load_params(choices).digest())
    with pytest.raises(StalePublicationError, match="TEPAT_PARAMS"):
        open_analysis(tmp_path)
    monkeypatch.setenv("TEPAT_PARAMS", str(choices))
    assert open_analysis(tmp_path).params.uplift.folds == 4


def test_a_workspace_named_relatively_lies_below_the_project(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEPAT_WORKSPACE", "no-such-workspace")
    with pytest.raises(StalePublicationError, match=str(ROOT / "no-such-workspace")):
        open_analysis()


def test_a_run_without_a_model_can_be_read_and_not_explained(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    nothing = SimpleNamespace(champion=lambda _: None, candidate=lambda: None)
    monkeypatch.setattr(analysing, "Registry", lambda *_: nothing)
    publish(tmp_path, load_params().digest())
    with pytest.raises(StalePublicationError, match="without a model"):
        _ = open_analysis(tmp_path).model
