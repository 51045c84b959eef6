"""An invented city with its wave, every possible move with what it is believed and truly worth; and plans made in it."""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from benchmarks.proof.sizes import WORLDS, invented
from features.as_of import default_as_of, default_effective_on
from features.errors import TooLittleDataError
from features.tables import Tables
from features.trials import TrainingRows, training_rows
from models.judgement.release import decide
from models.pair_uplift import fit_pair_uplift
from pipelines.city import City, open_city
from pipelines.history import History, look_back
from pipelines.ingesting import Days
from pipelines.second_core import Here
from pipelines.settings import Params
from pipelines.trial_run import try_out
from placement.beside import aspirations
from placement.lists import make_lists
from placement.wave.city import city_wave, person_names
from placement.wave.limits import Wave
from placement.wave.plan import make_plan
from simulation.city import City as InventedCity
from simulation.truth import true_uplift

Array = NDArray[np.float64]
CANDIDATES = 300
"""Pairs kept per position, so that the oracle and the local methods choose among nearly everybody."""
EVERY_MOVE = 50.0
"""SD; lowers what a move must bring so far that every possible one is a column."""


@dataclass(frozen=True)
class Planned:
    """A city with its wave.

    ``believed`` (``caution`` taken off), ``caution``, ``net`` (true net value), ``need`` (what filling a need adds): arrays over
    ``wave.moves`` (SD, weighted). ``supported``: the release rules support ranking; ``ranked``: the same city with the forecasts
    they hold back (None where they hold back nothing).
    """

    wave: Wave
    believed: Array
    caution: Array
    net: Array
    need: Array
    pairs: pd.DataFrame
    city: City
    invented: InventedCity
    supported: bool
    ranked: "Planned | None" = None

    @property
    def total(self) -> Array:
        """True value of every move (SD, weighted): net value and what filling a need adds."""
        return np.asarray(self.net + self.need)


def planned(scale: tuple[int, int], seed: int, world: str) -> tuple[Planned, int]:
    """Return an invented city of ``scale`` (people, years) with its wave, as a run would see it, and the seed."""
    city_made, tables = invented(scale, seed, WORLDS[world])
    params, as_of = Params(), default_as_of(tables)
    days = Days(as_of, default_effective_on(as_of))
    past = look_back(tables, as_of, params.trials, params.rules.pack(), Here())
    rows = training_rows(tables, as_of, params.trials, past.may, seed, past.on)
    model = fit_pair_uplift(rows, params.uplift, seed)
    supported = _supported(tables, rows, params, seed, past)
    params = replace(params, lists=replace(params.lists, candidates=CANDIDATES))
    ranked = _with_wave(open_city(tables, model, days, params, supported=True), city_made, params)
    if supported:
        return ranked, seed
    held_back = _with_wave(open_city(tables, model.abstain(), days, params, supported=False), city_made, params)
    return replace(held_back, ranked=ranked), seed


def _supported(tables: Tables, rows: TrainingRows, params: Params, seed: int, past: History) -> bool:
    try:
        evidence = try_out(tables, rows, params, seed, past)
    except TooLittleDataError:
        evidence = None
    decision = decide(evidence, None, rows.ratings.health, params.release)
    return decision.release == "champion" and decision.ranking_supported


def _with_wave(city: City, city_made: InventedCity, params: Params) -> Planned:
    candidates = make_lists(city.case, city.score, params.lists).candidates
    known, case = city.standing.known, city.case
    wished = aspirations(known, case.facts, candidates)
    wave = city_wave(case, candidates, wished, known["units"], replace(params.wave, least_gain=-EVERY_MOVE))
    names = pd.Series(case.facts.employees.index.astype("str"), index=person_names(case))
    pairs = pd.DataFrame(
        {"employee_id": names.reindex(wave.moves["employee_id"]).to_numpy(), "position_id": wave.moves["position_id"]}
    )
    truth = true_uplift(city_made.truth, pairs["employee_id"].to_numpy(), pairs["position_id"].to_numpy(), case.facts.effective_on)
    weight = pd.Series(case.weight_post, index=case.facts.positions.index.astype(str))
    held = wave.people["position_id"].reindex(wave.moves["employee_id"])
    seated = held.notna().to_numpy()
    into, left = weight.reindex(pairs["position_id"]).to_numpy(), weight.reindex(held).fillna(0.0).to_numpy()
    empty = params.values.empty
    net = into * (truth["in_post"].to_numpy() - empty) - np.where(
        seated, left * (truth["stay"].fillna(0.0).to_numpy() - empty), 0.0
    )
    priority = pd.Series(case.priority, index=case.facts.positions.index.astype(str))
    need = params.wave.need * (priority.reindex(pairs["position_id"]).to_numpy() - priority.reindex(held).fillna(0.0).to_numpy())
    caution = wave.limits.caution * wave.moves["spread"].to_numpy()
    believed = wave.moves["value"].to_numpy() - EVERY_MOVE - caution - params.wave.least_gain
    free = replace(wave, limits=replace(wave.limits, caution=0.0))
    kept = np.isfinite(net)  # people without a post have no true outlook
    cut = replace(free, moves=wave.moves[kept].reset_index(drop=True))
    return Planned(cut, believed[kept], caution[kept], net[kept], need[kept], pairs[kept].reset_index(drop=True), city, city_made,
                   case.supported)  # fmt: skip


def taken(one: Planned, value: Array, moves: int | None = None) -> NDArray[np.intp]:
    """Return the rows of the best plan by ``value`` within the wave's limits; ``moves``: at most so many instead of the wave's."""
    limits = one.wave.limits if moves is None else replace(one.wave.limits, moves=moves)
    wave = replace(one.wave, moves=one.wave.moves.assign(value=value), limits=limits)
    found = make_plan(wave, Params().wave.search).moves
    made = pd.MultiIndex.from_arrays([found["employee_id"].astype(object), found["to_position"].astype(object)])
    every = pd.MultiIndex.from_arrays([wave.moves["employee_id"].astype(object), wave.moves["position_id"].astype(object)])
    return np.sort(every.get_indexer(made))


def greedy(one: Planned, moves: int | None = None) -> NDArray[np.intp]:
    """Return the moves somebody takes who goes down the list of believed values and fills vacant seats while limits last."""
    pairs, most = one.wave.moves, one.wave.limits.moves if moves is None else moves
    seats = one.wave.posts["vacant"].to_dict()
    cells = one.wave.posts[["unit_id", "job_family"]].apply(tuple, axis=1).to_dict()
    spare = {(r.unit_id, r.job_family): max(r.staff - r.floor, 0) for r in one.wave.floors.itertuples()}
    held = one.wave.people["position_id"].to_dict()
    moved: set[str] = set()
    chosen: list[int] = []
    for row in np.argsort(-one.believed, kind="stable"):
        if one.believed[row] <= 0 or (most is not None and len(chosen) >= most):
            break
        who, post = pairs["employee_id"].iloc[row], pairs["position_id"].iloc[row]
        left = cells.get(held.get(who))
        leaves = left is not None and left != cells[post]
        if who in moved or seats[post] < 1 or (leaves and spare.get(left, 1) < 1):
            continue
        moved.add(who)
        chosen.append(int(row))
        seats[post] -= 1
        if leaves and left in spare:
            spare[left] -= 1
    return np.sort(np.array(chosen, dtype=np.intp))
