"""Pairs of an invented city whose true effect is known: forecast as a run would, with rivals beside them."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from benchmarks.proof.sizes import Say, invented
from evaluation.against_truth import spread_within
from features.as_of import default_as_of, default_effective_on
from features.codes import EDUCATION_LEVELS
from features.errors import TooLittleDataError
from features.frames import FeatureFrames, pair_matrix
from features.tables import Tables
from features.trials import TrainingRows, training_rows
from models.judgement.evidence import ValidationEvidence
from models.judgement.release import ReleaseDecision, decide
from models.pair_uplift import PairUplift, fit_pair_uplift
from models.stack.encoding import FrameEncoder
from models.stack.regressors import fit_ridge
from pipelines.city import City as OpenCity
from pipelines.city import open_city
from pipelines.history import History, look_back
from pipelines.ingesting import Days
from pipelines.known_truth import candidate_pairs, published_per_latent, true_leniency
from pipelines.second_core import Here
from pipelines.settings import Params
from pipelines.trial_run import try_out
from simulation.city import City
from simulation.truth import true_uplift

ROWS_AT_ONCE = 50_000
AUDITED = ("sex", "age", "education", "disability")
"""Groups that no model sees and every mark must look at."""
AGES, AGE_GROUPS = (0, 31, 41, 51, 200), ("to 30", "31-40", "41-50", "51 and above")


@dataclass(frozen=True)
class KnownPairs:
    """Pairs of vacant posts and people no rule keeps out, forecast and true.

    ``frame``: employee_id, position_id, the columns of ``PairUplift.predict`` (uplift as before any abstention), ``true`` (as
    ``true_uplift`` gives it: published SD are meant to be those of true performance), ``after_minus_before``, ``last_score``,
    ``leniency`` (of the new unit less that of the old, true), and the groups of ``AUDITED``. ``scale``: published SD found per SD
    of true performance. ``published_spread``: spread of what would be published within a person, after any abstention.
    """

    frame: pd.DataFrame
    scale: float
    published_spread: float


@dataclass(frozen=True)
class World:
    """An invented city with its training rows, the evidence of a trial run, and what the release rules make of it."""

    city: City
    tables: Tables
    days: Days
    rows: TrainingRows
    evidence: ValidationEvidence | None
    decision: ReleaseDecision

    @property
    def supported(self) -> bool:
        """Whether people would be ranked by the effect."""
        return self.decision.release == "champion" and self.decision.ranking_supported


def tried_world(scale: tuple[int, int], seed: int, say: Say, dials: Mapping[str, float]) -> World:
    """Return a new city of ``scale`` (people, years) and what a run would decide on its evidence."""
    city, tables = invented(scale, seed, dials)
    params, as_of = Params(), default_as_of(tables)
    say(f"  training rows as of {as_of:%Y-%m-%d}")
    past = look_back(tables, as_of, params.trials, params.rules.pack(), Here())
    rows = training_rows(tables, as_of, params.trials, past.may, seed, past.on)
    say(f"  trial run on {len(rows.risk)} risk rows, {int(rows.risk['moved'].sum())} of movers")
    evidence = _tried_out(tables, rows, params, seed, past)
    decision = decide(evidence, None, rows.ratings.health, params.release)
    return World(city, tables, Days(as_of, default_effective_on(as_of)), rows, evidence, decision)


def known_pairs(world: World, posts: int, seed: int, say: Say) -> KnownPairs:
    """Return the pairs of ``world``: at most ``posts`` vacant posts, drawn by ``seed``, forecast by a model of all its rows."""
    params = Params()
    model = fit_pair_uplift(world.rows, params.uplift, seed)
    city = open_city(world.tables, model, world.days, params, supported=True)
    pairs = candidate_pairs(city.case, posts, seed)
    say(f"  scoring {len(pairs)} pairs of {pairs['position_id'].nunique()} vacant posts")
    truth = true_uplift(world.city.truth, pairs["employee_id"].astype(str), pairs["position_id"], world.days.effective_on)
    frame = pairs.join(city.score(pairs)).join(_rivals(world.rows, city.standing.frames, pairs))
    leniency = true_leniency(world.city, city.case.facts.employees["position_id"], pairs)
    audited = _audited(world.city, world.days.as_of)
    frame = frame.assign(true=truth["tau"], leniency=leniency).join(audited, on="employee_id")
    frame = frame.dropna(subset=["true", "uplift"]).reset_index(drop=True)
    scale_found = published_per_latent(world.city, world.rows.ratings)
    return KnownPairs(frame, scale_found, _spread(model, city, frame, supported=world.supported))


def _tried_out(tables: Tables, rows: TrainingRows, params: Params, seed: int, past: History) -> ValidationEvidence | None:
    try:
        return try_out(tables, rows, params, seed, past)
    except TooLittleDataError:
        return None


def _audited(city: City, as_of: pd.Timestamp) -> pd.DataFrame:
    """Return sex, age group, highest education and disability of everybody, by employee_id."""
    people, educations = city.tables["employees"], city.tables["educations"]
    rank = pd.CategoricalDtype(EDUCATION_LEVELS, ordered=True)
    highest = educations["value"].astype(rank).groupby(educations["employee_id"]).max().astype("str")
    age = (as_of - people["birth_date"]).dt.days / 365.25
    groups = pd.DataFrame({
        "sex": people["sex"], "age": pd.cut(age, AGES, labels=AGE_GROUPS, right=False).astype("str"),
        "education": people["employee_id"].map(highest), "disability": people["disability"].map({True: "yes", False: "no"}),
    })  # fmt: skip
    return groups.set_index(people["employee_id"])


def _rivals(rows: TrainingRows, frames: FeatureFrames, pairs: pd.DataFrame) -> pd.DataFrame:
    """Return what plain methods say of ``pairs``: movers' change since their last score by ridge, and lowest last score first."""
    moved = rows.risk["moved"].to_numpy(dtype=bool)
    matrix, last = rows.risk_matrix[moved], rows.risk_matrix.loc[moved, "perf_last"].fillna(0.0).to_numpy()
    change, weight = rows.risk.loc[moved, "outcome"].to_numpy() - last, rows.risk.loc[moved, "outcome_weight"].to_numpy()
    encoder = FrameEncoder().fit(matrix)
    ridge = fit_ridge(encoder.transform(matrix), change, weight)
    gains = np.concatenate(
        [ridge.predict(encoder.transform(pair_matrix(frames, pairs.iloc[first : first + ROWS_AT_ONCE])))
         for first in range(0, len(pairs), ROWS_AT_ONCE)]
    )  # fmt: skip
    known = frames.employees["perf_last"].fillna(0.0).reindex(pairs["employee_id"]).to_numpy()
    return pd.DataFrame({"after_minus_before": gains, "last_score": -known}, index=pairs.index)


def _spread(model: PairUplift, city: OpenCity, frame: pd.DataFrame, *, supported: bool) -> float:
    """Return the mean over people of the SD of the uplift they would be shown, over vacant posts."""
    shown = frame["uplift"]
    if not supported:
        there = city.standing
        abstaining = model.abstain()
        situation = abstaining.situate(there.frames, there.ratings, there.posts)
        shown = abstaining.predict(situation, frame[["employee_id", "position_id"]])["uplift"]
    return spread_within(frame.assign(shown=shown), "shown")
