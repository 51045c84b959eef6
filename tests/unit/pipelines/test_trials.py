"""A trial of a city, step by step: in order, once, and nothing changed on the way."""

import json
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from features.errors import StalePublicationError, TooLittleDataError, UsageError
from pipelines import trials
from pipelines.settings import load_params
from pipelines.texts import Language, Texts
from pipelines.trial_commands import app
from publication.workspace import Workspace

TRIAL = "2026-mei"


@pytest.fixture
def job(tmp_path: Path) -> SimpleNamespace:
    """Return a job on a workspace with one published run: two posts with ties, a plan with gaps in competency."""
    folder = tmp_path / "published" / "run1"
    folder.mkdir(parents=True)
    listed = pd.DataFrame({"position_id": ["P1"] * 6 + ["P2"] * 4, "employee_id": [f"E{n}" for n in range(10)]})
    listed = listed.assign(rank=[*range(1, 7), *range(1, 5)], band=1, eligible="yes", stay_outlook=0.2)
    positions = pd.DataFrame({"position_id": ["P1", "P2"], "vacant": [2, 1], "job_family": "umum"})
    movers = ["E0", "E1", "E2", "E3", "E6", "E7", "E8", "E9"]
    support = pd.DataFrame({"employee_id": movers, "to_position": ["P1"] * 4 + ["P2"] * 4, "gap_levels": 2.0})
    untaught = pd.DataFrame({"employee_id": ["E4", "E5"], "to_position": "P1", "gap_levels": 0.0})
    support = pd.concat([support, untaught], ignore_index=True)
    for name, table in {"shortlists": listed, "candidates": listed, "positions": positions, "support": support}.items():
        table.to_parquet(folder / f"{name}.parquet")
    run = {"run_id": "run1", "effective_on": "2026-05-01", "validation": {"outcome_r2": {"value": 0.31}}}
    (folder / "run.json").write_text(json.dumps(run), encoding="utf-8")
    (tmp_path / "published" / "current").write_text("run1", encoding="ascii")
    return SimpleNamespace(workspace=Workspace(tmp_path), params=load_params())


def folder_of(job: SimpleNamespace) -> Path:
    return job.workspace.trials / TRIAL


def gain_by_arm(job: SimpleNamespace, monkeypatch: pytest.MonkeyPatch, gains: dict[str, float]) -> pd.DataFrame:
    """Draw the trial and let every arm gain so much. Ratings come from the source; here the seam to it is replaced by scores."""
    trials.commit(job, TRIAL, "an index")
    record = json.loads(trials.draw(job, TRIAL, "1").read_text(encoding="utf-8"))
    arms = {row["label"]: row["arm"] for row in record["assignments"]}
    entrants = pd.read_csv(folder_of(job) / trials.ENTRANTS)
    gained = entrants["label"].map(arms).map(gains).fillna(0.0) + np.random.default_rng(1).normal(0, 0.1, len(entrants))
    scores = pd.DataFrame({"employee_id": entrants["employee_id"], "score": gained, "exposure": 1.0})
    scores = scores.assign(period_start=pd.Timestamp("2027-01-01"), period_end=pd.Timestamp("2027-06-30"))
    opened = SimpleNamespace(ingested=SimpleNamespace(snapshot_id="s"), days=SimpleNamespace(as_of=pd.Timestamp("2028-01-01")))
    monkeypatch.setattr(trials.stages, "take_in", lambda _: opened)
    monkeypatch.setattr(trials, "load", lambda *_: None)
    monkeypatch.setattr(trials, "known_at", lambda *_: None)
    monkeypatch.setattr(trials, "harmonise", lambda *_: SimpleNamespace(scores=scores))
    spells = pd.DataFrame({"employee_id": ["E0"], "position_id": ["P1"], "start_on": [pd.Timestamp("2026-05-01")]})
    monkeypatch.setattr(trials, "definitive_spells", lambda *_: spells)
    identity = pd.DataFrame({"source_id": entrants["employee_id"], "employee_id": entrants["employee_id"], "nip": None})
    monkeypatch.setattr(trials, "load_identity", lambda *_: identity)
    return scores


def test_a_trial_goes_its_way_and_holds(job: SimpleNamespace) -> None:
    planned, can = trials.propose(job, TRIAL, "lottery", 1, 18)
    assert (can.entrants, can.treated, can.blocks) == (10, 3, 2)
    assert planned.analysis["explained"] == 0.31
    commitment = trials.commit(job, TRIAL, "closing index of 1 April 2026")
    record = trials.draw(job, TRIAL, "6510,62")
    assert trials.verify(record, commitment.digest) == []
    assert trials.verify(record, "0" * 64) == ["published"]


@pytest.mark.parametrize("lang", ["id", "en"])
def test_whoever_checks_a_draw_reads_what_no_program_can_check(job: SimpleNamespace, lang: str) -> None:
    trials.propose(job, TRIAL, "lottery", 1, 18)
    digest = trials.commit(job, TRIAL, "closing index of 1 April 2026").digest
    record = trials.draw(job, TRIAL, " 6510,62 ")

    def checked(*more: str, code: int = 0) -> str:
        shown = CliRunner().invoke(app, ["verify", str(record), *more, "--lang", lang])
        assert shown.exit_code == code
        return shown.output

    alone, announced = checked(), checked("--published", digest)
    for said in (alone, announced):
        assert "6510,62." in said
        assert "closing index of 1 April 2026" in said
    assert digest in alone  # to be held against the announcement
    assert digest not in announced
    record.write_text(record.read_text(encoding="utf-8").replace("6510,62", "6510,63"), encoding="utf-8")
    unsound = checked("--published", "0" * 64, code=2)
    words = {"id": ("diumumkan", "angka publik"), "en": ("announced", "public number")}[lang]
    assert all(word in unsound for word in words)


def test_every_fault_of_a_record_has_its_words() -> None:
    for name in ("malformed", "algorithm", "protocol", "secret", "published", "assignments"):
        assert Texts(Language.ID)(f"trial_fault_{name}") != Texts(Language.EN)(f"trial_fault_{name}")


def test_public_files_name_nobody_and_private_ones_are_the_owners(job: SimpleNamespace) -> None:
    trials.propose(job, TRIAL, "lottery", 1, 18)
    trials.commit(job, TRIAL, "an index")
    trials.draw(job, TRIAL, "1")
    for name in (trials.PROTOCOL, trials.COMMITMENT, trials.DRAW):
        text = (folder_of(job) / name).read_text(encoding="utf-8")
        assert not any(f'"E{n}"' in text for n in range(10))
    for name in (trials.ENTRANTS, trials.SECRET):
        assert (folder_of(job) / name).stat().st_mode & 0o077 == 0


def test_a_draw_is_made_once_and_a_commitment_stays(job: SimpleNamespace) -> None:
    with pytest.raises(StalePublicationError, match="no trial"):
        trials.commit(job, TRIAL, "an index")
    trials.propose(job, TRIAL, "lottery", 1, 18)
    with pytest.raises(UsageError, match="not committed"):
        trials.draw(job, TRIAL, "1")
    trials.propose(job, TRIAL, "lottery", 1, 18)
    trials.commit(job, TRIAL, "an index")
    for again in (lambda: trials.commit(job, TRIAL, "another"), lambda: trials.propose(job, TRIAL, "lottery", 1, 18)):
        with pytest.raises(UsageError, match="committed to already"):
            again()
    with pytest.raises(UsageError, match="--number"):
        trials.draw(job, TRIAL, " ")
    trials.draw(job, TRIAL, "1")
    with pytest.raises(UsageError, match="drawn already"):
        trials.draw(job, TRIAL, "2")


def test_a_protocol_changed_after_the_commitment_is_not_drawn(job: SimpleNamespace) -> None:
    trials.propose(job, TRIAL, "lottery", 1, 18)
    trials.commit(job, TRIAL, "an index")
    path = folder_of(job) / trials.PROTOCOL
    path.write_text(path.read_text(encoding="utf-8").replace("2026-05-01", "2026-06-01"), encoding="utf-8")
    with pytest.raises(UsageError, match="changed after"):
        trials.draw(job, TRIAL, "1")


def test_a_phased_start_is_by_seats(job: SimpleNamespace) -> None:
    planned, can = trials.propose(job, TRIAL, "phased", 3, 18)
    assert planned.blocks[0].arms == (("wave 1", 3), ("wave 2", 3), ("wave 3", 2))
    assert (can.treated, can.compared) == (3, 5)


def test_a_phased_start_in_which_all_start_before_the_outcome_can_find_nothing(job: SimpleNamespace) -> None:
    planned, can = trials.propose(job, TRIAL, "phased", 3, 6)
    assert planned.compared == ()
    assert can.detectable == float("inf")
    assert not can.enough


def test_where_nothing_is_tied_nothing_is_drawn(job: SimpleNamespace) -> None:
    with pytest.raises(UsageError, match="at most 8 people"):
        trials.propose(job, TRIAL, "phased", 50, 18)
    lists = job.workspace.root / "published" / "run1" / "shortlists.parquet"
    pd.read_parquet(lists).assign(band=2).to_parquet(lists)
    with pytest.raises(UsageError, match="no tie"):
        trials.propose(job, TRIAL, "lottery", 50, 18)
    with pytest.raises(UsageError, match="letters"):
        trials.propose(job, "../elsewhere", "lottery", 1, 18)


def test_the_analysis_uses_what_was_registered(job: SimpleNamespace, monkeypatch: pytest.MonkeyPatch) -> None:
    trials.propose(job, TRIAL, "lottery", 1, 18)
    scores = gain_by_arm(job, monkeypatch, {"drawn": 2.0})
    job.params = load_params()
    _, result = trials.analysed(job, TRIAL)
    assert result.effect == pytest.approx(2.0, abs=0.2)
    assert json.loads((folder_of(job) / trials.RESULT).read_text(encoding="utf-8"))["verdict"] == result.verdict
    scores["period_start"] = scores["period_end"] = pd.Timestamp("2030-01-01")
    with pytest.raises(TooLittleDataError):
        trials.analysed(job, TRIAL)


def test_waves_that_start_before_the_outcome_is_there_are_drawn_and_not_judged(
    job: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    trials.propose(job, TRIAL, "phased", 3, 10)
    gain_by_arm(job, monkeypatch, {"wave 1": 2.0, "wave 2": 50.0})
    _, result = trials.analysed(job, TRIAL)
    assert result.effect == pytest.approx(2.0, abs=0.3)
    assert (result.judged_treated, result.judged_others) == (3, 2)


def test_a_record_tampered_with_is_not_analysed(job: SimpleNamespace) -> None:
    trials.propose(job, TRIAL, "lottery", 1, 18)
    trials.commit(job, TRIAL, "an index")
    path = trials.draw(job, TRIAL, "1")
    path.write_text(path.read_text(encoding="utf-8").replace('"number": "1"', '"number": "2"'), encoding="utf-8")
    with pytest.raises(UsageError, match="assignments"):
        trials.analysed(job, TRIAL)


def test_the_owner_reads_who_was_drawn(job: SimpleNamespace) -> None:
    trials.propose(job, TRIAL, "lottery", 1, 18)
    trials.commit(job, TRIAL, "an index")
    record = json.loads(trials.draw(job, TRIAL, "1").read_text(encoding="utf-8"))
    told = pd.read_csv(folder_of(job) / trials.ENTRANTS).set_index("label")
    assert told["arm"].to_dict() == {row["label"]: row["arm"] for row in record["assignments"]}
    assert set(told["employee_id"]) == {f"E{n}" for n in range(10)}


@pytest.mark.parametrize("change", [{"baseline": 9.0}, {"employee_id": "E99"}, {"position_id": "P9"}, {"label": "0" * 16}])
def test_entrants_changed_since_they_were_registered_are_not_analysed(
    job: SimpleNamespace, monkeypatch: pytest.MonkeyPatch, change: dict[str, object]
) -> None:
    trials.propose(job, TRIAL, "lottery", 1, 18)
    gain_by_arm(job, monkeypatch, {"drawn": 2.0})
    path = folder_of(job) / trials.ENTRANTS
    entrants = pd.read_csv(path, dtype="str")
    name, value = next(iter(change.items()))
    entrants.loc[0, name] = str(value)
    entrants.to_csv(path, index=False)
    with pytest.raises(UsageError, match="not those registered"):
        trials.analysed(job, TRIAL)


def test_a_protocol_changed_after_the_draw_changes_no_analysis(job: SimpleNamespace, monkeypatch: pytest.MonkeyPatch) -> None:
    trials.propose(job, TRIAL, "lottery", 1, 18)
    gain_by_arm(job, monkeypatch, {"drawn": 2.0})
    _, before = trials.analysed(job, TRIAL)
    path = folder_of(job) / trials.PROTOCOL
    path.write_text(path.read_text(encoding="utf-8").replace('"level": 0.95', '"level": 0.5'), encoding="utf-8")
    assert trials.analysed(job, TRIAL)[1] == before


def test_who_was_forgotten_is_missing_and_the_others_are_analysed(
    job: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    trials.propose(job, TRIAL, "lottery", 1, 18)
    gain_by_arm(job, monkeypatch, {"drawn": 2.0})
    before = trials.analysed(job, TRIAL)[1]
    path = folder_of(job) / trials.ENTRANTS
    entrants = pd.read_csv(path, dtype="str")
    entrants.loc[0, "employee_id"] = ""
    entrants.to_csv(path, index=False)
    result = trials.analysed(job, TRIAL)[1]
    assert result.judged_treated + result.judged_others == before.judged_treated + before.judged_others - 1


def test_what_is_no_record_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.json").write_text("no json", encoding="utf-8")
    with pytest.raises(UsageError, match="JSON"):
        trials.verify(tmp_path / "x.json", None)
    (tmp_path / "x.json").write_text("[]", encoding="utf-8")
    assert trials.verify(tmp_path / "x.json", None) == ["malformed"]


@pytest.mark.parametrize(
    ("kept", "said"), [(0, "its plan holds no move"), (3, "none of the 3 movers of its plan lacks a competency")]
)
def test_where_nobody_is_to_be_trained_no_fewer_seats_are_asked_for(job: SimpleNamespace, kept: int, said: str) -> None:
    path = job.workspace.root / "published" / "run1" / "support.parquet"
    pd.read_parquet(path).assign(gap_levels=0.0).head(kept).to_parquet(path)
    with pytest.raises(UsageError, match=said) as found:
        trials.propose(job, TRIAL, "phased", 4, 6)
    assert "seats" not in str(found.value)
