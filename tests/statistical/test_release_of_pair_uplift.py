"""The real pair model through validation, release and registry, on a small invented city."""

import json
import re
import sqlite3
from dataclasses import asdict, dataclass
from pathlib import Path

import mlflow
import numpy as np
import pandas as pd
import pytest

from features.as_of import default_as_of, known_at
from features.definitions import FEATURES
from features.frames import feature_frames
from features.posts import current_posts
from features.ratings import RatingParams, harmonise
from features.tables import Tables, conform, employee_dtype
from features.trials import TrainingRows, TrialParams, training_rows
from models.judgement.evidence import ValidationEvidence
from models.judgement.judged import ValidationParams
from models.judgement.release import ReleaseParams, decide
from models.judgement.validation import validate
from models.pair_uplift import PairUplift, UpliftParams, fit_pair_uplift
from models.pairs.situation import Situation
from models.tracking.registry import Registry
from models.tracking.run_record import RunRecord
from simulation.city import invent_city
from simulation.knobs import Knobs

pytestmark = pytest.mark.slow
NOT_ASKED = {"unit_slope", "post_spread", "realised_coverage"}
"""Figures that rest on columns only the trial run brings."""
MOVERS_NEEDED = 30
"""Movers on one day below which nothing is validated."""


@dataclass(frozen=True)
class Tried:
    """A model that ended before the last decisions, the rows it was judged on, and how it did."""

    tables: Tables
    rows: TrainingRows
    model: PairUplift
    situation: Situation
    pairs: pd.DataFrame
    evidence: ValidationEvidence


def anybody(known: Tables, on: pd.Timestamp, pairs: pd.DataFrame) -> np.ndarray:
    return np.ones(len(pairs), dtype=bool)


@pytest.fixture(scope="module")
def tried() -> Tried:
    """Return the model of a city of 700, trained before the last decision day with movers enough and judged on that day."""
    city = invent_city(Knobs(employees=700, years=7, move_rate=0.12), seed=2)
    employees = employee_dtype(sorted(city.tables["employees"]["employee_id"]))
    frames = {name: conform(name, frame, employees) for name, frame in city.tables.items() if len(frame)}
    tables = Tables(frames, max(frames[name]["known_on"].max() for name in ("appraisals", "assignments")))
    rows = training_rows(tables, default_as_of(tables), TrialParams(), anybody, 0)
    moves = rows.trials[rows.trials["moved"].astype(bool)]
    movers = moves["decision_on"].value_counts().sort_index()
    day = movers.index[movers >= MOVERS_NEEDED][-1]
    model = fit_pair_uplift(training_rows(tables, day, TrialParams(), anybody, 0), UpliftParams(), 0)
    known = known_at(tables, day)
    ratings = harmonise(known, RatingParams())
    situation = model.situate(feature_frames(known, ratings, day), ratings, current_posts(known, day))
    asked = rows.trials[rows.trials["decision_on"] == day]
    pairs = asked[["employee_id", "position_id"]]
    forecasts = model.predict(situation, pairs)[["uplift", "lower", "upper"]].reindex(rows.trials.index)
    params = ValidationParams(n_folds=3, draws=50, design="out of time")
    return Tried(tables, rows, model, situation, pairs, validate(rows, forecasts, params, seed=0))


def record(tried: Tried) -> RunRecord:
    health = {"verdict": tried.rows.ratings.health.verdict}
    return RunRecord(
        name="small city", data_cutoff=default_as_of(tried.tables), parameters={"uplift": asdict(UpliftParams())},
        hashes={"source": "00"}, funnel=tried.rows.funnel, features=pd.DataFrame([asdict(feature) for feature in FEATURES]),
        health=health, evidence=tried.evidence, decision=decide(tried.evidence, None, tried.rows.ratings.health, ReleaseParams()),
    )  # fmt: skip


def test_real_rows_give_every_figure(tried: Tried) -> None:
    assert tried.evidence.movers >= MOVERS_NEEDED
    figures = tried.evidence.figures()
    assert {name for name, figure in figures.items() if not np.isfinite(figure.value)} == NOT_ASKED
    assert 0 < tried.evidence.outcome_r2.value < 0.8
    assert len(tried.evidence.calibration) > 5


def test_the_champion_predicts_the_same_through_mlflow_and_nobody_is_in_it(tried: Tried, tmp_path: Path) -> None:
    registry, kept = Registry(f"sqlite:///{tmp_path}/mlflow.db", (tmp_path / "mlartifacts").as_uri()), record(tried)
    inputs = tried.model.inputs(tried.situation, tried.pairs)
    version = registry.register(registry.log_run(kept, tried.model, inputs), kept)
    registry.promote(version, "test", override=True)
    before = mlflow.get_tracking_uri()
    mlflow.set_tracking_uri(f"sqlite:///{tmp_path}/mlflow.db")
    try:
        function = mlflow.pyfunc.load_model("models:/tepat-uplift@champion")
        texts = inputs.select_dtypes("category").columns
        found = function.predict(inputs.reset_index(drop=True).astype(dict.fromkeys(texts, object)))
    finally:
        mlflow.set_tracking_uri(before)
    expected = tried.model.predict(tried.situation, tried.pairs).reset_index(drop=True)
    pd.testing.assert_frame_equal(found, expected)
    champion = registry.champion()
    assert champion is not None
    assert champion.evidence is not None
    assert json.dumps(champion.evidence.to_dict()) == json.dumps(tried.evidence.to_dict())
    _assert_nobody_in(tried, tmp_path)


def _assert_nobody_in(tried: Tried, folder: Path) -> None:
    people = re.compile("|".join(map(re.escape, tried.tables["employees"]["employee_id"].astype(str))).encode())
    files = [path for path in (folder / "mlartifacts").rglob("*") if path.is_file()]
    assert len(files) > 10
    assert [path.name for path in files if people.search(path.read_bytes())] == []
    with sqlite3.connect(folder / "mlflow.db") as store:
        assert not people.search("\n".join(store.iterdump()).encode())
