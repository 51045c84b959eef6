"""Invented cities of which it is known whether promises were kept: a trial's moves and the published pairs, with the truth.

Each city is kept on disk as two frames, so that rules may be counted over many cities without fitting anything anew.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from benchmarks.proof.sizes import Say, invented
from features.as_of import default_as_of, default_effective_on
from features.standing import Standing
from features.tables import Tables
from features.trials import TrainingRows, training_rows
from models.judgement.judged import at_risk, fit_risk, judge
from models.pair_uplift import PairUplift, fit_pair_uplift
from pipelines.city import open_city
from pipelines.history import look_back
from pipelines.ingesting import Days
from pipelines.known_truth import candidate_pairs
from pipelines.second_core import Here
from pipelines.settings import Params
from pipelines.trial_run import Apart, set_apart
from simulation.city import City
from simulation.truth import true_uplift

MOVES, PAIRS = "moves", "pairs"
SOON = pd.DateOffset(months=6)
"""Time from a decision within which the moves it speaks of begin: half a year, as the trials count them."""


@dataclass(frozen=True, slots=True)
class Known:
    """A city that was tried out.

    ``moves``: the trial's movers and stayers who look like them, as `judged.Judged.effects` scores them (gain, weight, outcome,
    outlook; ``share`` is a row's weight, stayers' too), with what was forecast of them (uplift, lower, upper, grade), how movers
    came (arrival), and the truth of movers: stay, in_post, tau (SD). ``pairs``: pairs of vacant posts and people no rule keeps
    out, forecast by the model of all rows (uplift, lower, upper, grade, overlap, novelty), with their true effect (true). Both:
    family entered, same_family, same_unit.
    """

    moves: pd.DataFrame
    pairs: pd.DataFrame


def known_city(scale: tuple[int, int], seed: int, posts: int, folder: Path, say: Say) -> Known:
    """Return the city of ``scale`` (people, years) and ``seed``, read from ``folder`` where it was made before."""
    stem = f"{scale[0]}-{scale[1]}-{seed}-{posts}"
    paths = {name: folder / f"{name}-{stem}.parquet" for name in (MOVES, PAIRS)}
    if not all(path.exists() for path in paths.values()):
        folder.mkdir(parents=True, exist_ok=True)
        found = _made(scale, seed, posts, say)
        for name, path in paths.items():
            getattr(found, name).to_parquet(path.with_suffix(".part"), index=False)
            path.with_suffix(".part").rename(path)
    return Known(*(pd.read_parquet(paths[name]) for name in (MOVES, PAIRS)))


def _made(scale: tuple[int, int], seed: int, posts: int, say: Say) -> Known:
    city, tables = invented(scale, seed)
    params, as_of = Params(), default_as_of(tables)
    say(f"city of {scale[0]}, seed {seed}: training rows as of {as_of:%Y-%m-%d}")
    past = look_back(tables, as_of, params.trials, params.rules.pack(), Here())
    rows = training_rows(tables, as_of, params.trials, past.may, seed, past.on)
    say("  trial run")
    moves = _moves(city, rows, set_apart(tables, rows, past, params, seed), params, seed)
    say("  model of all rows")
    model = fit_pair_uplift(rows, params.uplift, seed)
    days = Days(as_of, default_effective_on(as_of))
    opened = open_city(tables, model, days, params, supported=True)
    pairs = candidate_pairs(opened.case, posts, seed)
    truth = true_uplift(city.truth, pairs["employee_id"].astype(str), pairs["position_id"], days.effective_on)
    told = opened.score(pairs)[["uplift", "lower", "upper", "grade", "overlap", "novelty"]]
    told = told.assign(true=truth["tau"].to_numpy(), effective=model.calibration.effective, labels=model.labels)
    held = opened.case.facts.employees["position_id"].reindex(pairs["employee_id"])
    kinds = [_kind(tables, moves["origin_position_id"], moves["position_id"]), _kind(tables, held, pairs["position_id"])]
    return Known(moves.assign(**kinds[0]), _plain(pairs.join(told).assign(**kinds[1])))


def _kind(tables: Tables, left: pd.Series, entered: pd.Series) -> dict[str, NDArray[Any]]:
    """Return the job family entered, and whether family and unit stay the same, of moves between two posts."""
    places = tables["positions"].drop_duplicates("position_id").set_index("position_id")[["job_family", "unit_id"]].astype("str")
    here, there = (places.reindex(posts.astype("str")).to_numpy(dtype=object) for posts in (left, entered))
    same = here == there
    return {"family": there[:, 0], "same_family": same[:, 0], "same_unit": same[:, 1]}


def _moves(city: City, rows: TrainingRows, apart: Apart, params: Params, seed: int) -> pd.DataFrame:
    tried = fit_pair_uplift(apart.before, params.uplift, seed)
    parts = [_foretold(tried, apart.days.on(day), trials) for day, trials in apart.later.groupby("decision_on", sort=True)]
    risk = fit_risk(at_risk(rows, apart.later.index, params.validation, seed), params.validation, seed)
    found = judge(rows, pd.concat(parts).reindex(rows.trials.index), risk)
    sample = found.effects()
    told = found.frame[
        ["employee_id", "position_id", "origin_position_id", "decision_on", "moved", "uplift", "lower", "upper", "grade", "outcome",
         "outlook"]
    ]  # fmt: skip
    arrival = rows.risk[["employee_id", "decision_on", "arrival"]]
    told = told.assign(gain=sample.gain, weight=sample.weight, share=found.weight)
    return _with_truth(_plain(told.merge(arrival, on=["employee_id", "decision_on"], how="left")), city)


def _foretold(model: PairUplift, there: Standing, trials: pd.DataFrame) -> pd.DataFrame:
    situation = model.situate(there.frames, there.ratings, there.posts)
    return model.predict(situation, trials[["employee_id", "position_id"]])[["uplift", "lower", "upper", "grade"]]


def _with_truth(told: pd.DataFrame, city: City) -> pd.DataFrame:
    """Return the moves with the true effect of each, as of the day before it began; missing for stayers."""
    made = city.truth["moves"][["employee_id", "position_id", "start_on", "move_type", "why", "stay", "in_post", "tau"]]
    made = made.astype({"employee_id": "str", "position_id": "str"})
    numbered = told.assign(row=np.arange(len(told)))
    movers = numbered.loc[numbered["moved"].astype(bool), ["row", "employee_id", "position_id", "decision_on"]]
    met = movers.merge(made, on=["employee_id", "position_id"])
    met = met[(met["start_on"] > met["decision_on"]) & (met["start_on"] <= met["decision_on"] + SOON)]
    first = met.sort_values("start_on").drop_duplicates("row").set_index("row")
    return numbered.join(first[["move_type", "why", "stay", "in_post", "tau"]], on="row").drop(columns="row")


def _plain(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the frame with texts for categories and ids."""
    return frame.assign(**{
        name: frame[name].astype("str") for name in frame if isinstance(frame[name].dtype, pd.CategoricalDtype)
    }).reset_index(drop=True)  # fmt: skip
