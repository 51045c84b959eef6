"""A model that promised too much is drawn back and gives way to one that promises what comes; noise draws nothing back."""

import json
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import pytest
import yaml

from features.trials import TrainingRows
from models.judgement.account import UNTOUCHED
from models.judgement.release import ReleaseDecision, decide
from models.pair_uplift import PairUplift, Progress, UpliftParams, fit_pair_uplift
from pipelines import modelling, releasing, stages, trial_run
from pipelines.job import Job, open_job
from pipelines.releasing import Released, published_model, registry_of
from pipelines.request import Request
from pipelines.scoring import model_for
from pipelines.stages import Opened

pytestmark = pytest.mark.slow
FEW = {"account": {"fewest": 30}, "release": {"min_movers": 30, "succession": {"fewest": 30}}}
"""A tiny city has some fifty moves to judge by."""
TWICE = 2.0
"""What the planted fault makes of every difference between two effects."""


def boastful(rows: TrainingRows, params: UpliftParams, seed: int, progress: Progress = lambda stage: None) -> PairUplift:
    """Return a model whose differences between posts are twice what the data say."""
    sound = fit_pair_uplift(rows, params, seed, progress)
    return replace(sound, effect=None, calibration=replace(sound.calibration, applied=TWICE))


def released(*judged: object) -> ReleaseDecision:
    """Return the decision with a refusal turned into a release: no tiny city earns one."""
    decided = decide(*judged)  # type: ignore[arg-type]
    return decided if decided.release == "none" else replace(decided, release="champion", ranking_supported=True)


@dataclass(frozen=True)
class TwoYears:
    boasted: Released
    job: Job
    opened: Opened
    sound: Released


def run_of(request: Request) -> tuple[Job, Opened, Released]:
    job = open_job(request)
    opened = stages.take_in(job)
    return job, opened, stages.decide(job, opened, stages.learn(job, opened))


@pytest.fixture(scope="module")
def two_years(moving_city: Path, quick: Path, tmp_path_factory: pytest.TempPathFactory) -> TwoYears:
    """Return a boastful model's run, and the sound one's a year later in the same workspace."""
    folder = tmp_path_factory.mktemp("promises")
    (folder / "few.yaml").write_text(yaml.safe_dump(yaml.safe_load(quick.read_text(encoding="utf-8")) | FEW), encoding="utf-8")
    request = Request(str(moving_city), str(folder / "workspace"), params=str(folder / "few.yaml"), as_of="2025-03-31")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(releasing, "decide", released)
        for room in (modelling, trial_run):
            patch.setattr(room, "fit_pair_uplift", boastful)
        _, _, boasted = run_of(request)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(releasing, "decide", released)
        job, opened, sound = run_of(replace(request, as_of=None))
    return TwoYears(boasted, job, opened, sound)


def test_its_own_trial_draws_a_boastful_model_back(two_years: TwoYears) -> None:
    found = two_years.boasted
    assert found.account.slope.upper < 1
    assert found.correction.share < 0.7
    assert "drawn_back" in {reason["code"] for reason in found.decision["reasons"]}
    model = found.model()
    assert isinstance(model, PairUplift)
    assert model.correction == found.correction


def test_whoever_opens_the_publication_later_gets_the_model_behind_its_numbers(two_years: TwoYears) -> None:
    """As `run.json` says it: reasons worked out on demand must add up to what was published."""
    found = two_years.boasted
    assert found.folder is not None
    said = json.loads(json.dumps({"ranking_supported": True, "release": {"correction": asdict(found.correction)}}))
    assert published_model(PairUplift.load(found.folder), said).correction == found.correction
    assert published_model(PairUplift.load(found.folder), said | {"ranking_supported": False}).abstaining


def test_noise_draws_a_sound_model_back_by_nothing(two_years: TwoYears) -> None:
    """Fifty moves of one city are not borne out exactly; that proves nothing."""
    assert two_years.sound.account.moves >= 30
    assert two_years.sound.account.slope.value != 1
    assert two_years.sound.correction == UNTOUCHED


def test_on_the_same_later_moves_the_sound_model_takes_the_place_of_the_boastful_one(two_years: TwoYears) -> None:
    told = {rule["rule"]: rule for rule in two_years.sound.decision["rules"]}
    assert told["later_loss"]["verdict"] == "passed"
    assert told["later_loss"]["seen"]["lower"] > 0
    champion = registry_of(two_years.job).champion()
    assert champion is not None
    assert champion.model_hash == two_years.sound.model_hash != two_years.boasted.model_hash


def test_back_in_force_the_boastful_model_is_held_to_the_later_moves_too(two_years: TwoYears) -> None:
    registry = registry_of(two_years.job)
    before = two_years.boasted.account
    registry.rollback(1, "the lists of March were praised")
    try:
        back, _ = stages.champion(two_years.job, two_years.opened)
        scoring, supported = model_for(two_years.job, two_years.opened)
    finally:
        registry.rollback(2, "it promised too much")
    assert back.model_hash == two_years.boasted.model_hash
    assert back.account != before
    assert back.correction.share < 0.7
    assert supported
    assert isinstance(scoring, PairUplift)
    assert scoring.correction == back.correction
