"""Mark: what a plan is truly worth, beside greedy, local methods, past moves and the oracle; and what it does where no post suits.

About 45 processor seconds a city of 1,600: ten minutes for the thirteen cities of the full size.
"""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from benchmarks.proof.page import Proof
from benchmarks.proof.sizes import DEFAULT, NO_MATCH, WORLDS, Say, Size, invented
from features.as_of import default_as_of, default_effective_on
from features.codes import MOVES_THAT_ARE_NONE
from features.errors import TooLittleDataError
from features.frames import pair_matrix
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
from placement.local_methods import LOCAL_METHODS, local_scores, yardstick
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
Z95 = 1.959964
SHARE_OF_UPLIFT_MOVES = 0.2
"""Most that may be left of the moves for uplift alone where no post suits anybody better."""


@dataclass(frozen=True)
class Planned:
    """A city with its wave: every possible move with what it is believed and truly worth.

    ``believed``, ``net`` (true net value), ``need`` (what filling a need adds): arrays over ``wave.moves`` (SD, weighted).
    """

    wave: Wave
    believed: Array
    net: Array
    need: Array
    pairs: pd.DataFrame
    city: City
    invented: InventedCity
    supported: bool


def prove(size: Size, seed: int, say: Say) -> Proof:
    """Return true values of plans over cities, and how many moves for uplift alone are left where match effects are zero."""
    default, empty = size.plans
    cities = [_said(planned(size.plan_city, number, DEFAULT), number, say) for number in range(seed, seed + default)]
    rows = pd.concat(cities, ignore_index=True)
    nothing = [_said(planned(size.plan_city, number, NO_MATCH), number, say) for number in range(seed, seed + empty)]
    without = pd.concat(nothing, ignore_index=True)
    ours, theirs = (frame.loc[frame["plan"] == "this program", "for uplift alone"].mean() for frame in (rows, without))
    left = theirs / ours if ours else float("nan")
    shown = summary(rows)
    mine, best = (_of(shown, "this program"), max(_of(shown, name) for name in RIVALS))
    return Proof(
        title="Plans against the truth",
        mark="the plan is worth more than greedy, every local method and the city's own past moves, told with intervals over ten "
        "seeds beside the oracle; where match effects are zero, moves for uplift alone fall by at least 80 %",
        verdict=f"{mine:.2f} of the oracle's plan against {best:.2f} of the best other; {_fall(left)}",
        tables={
            "Plans within the same limits, judged by the truth": shown,
            "Moves of this program's plan": pd.concat([
                frame[frame["plan"] == "this program"].assign(world=world)
                for world, frame in (("default", rows), ("match effects zero", without))
            ])[["world", "seed", "ranking supported", "moves", "for uplift alone", "true value", "of the oracle"]],
        },
        notes=(
            f"Cities of {size.plan_city[0]} people over {size.plan_city[1]} years. All plans keep to the same seats, floors and "
            f"number of moves and choose among the same eligible pairs (at most {CANDIDATES} per position, the model's own best: "
            "who is not among them no plan can take). True value: what the post gains above standing empty less what the post left "
            "loses, by the invented city's own truth, plus what filling a need counts; SD, weighted, sum over the wave.",
            "Local methods and lots fill as many posts as the limits allow with the people they score highest. *Past moves*: what "
            "the city did in the last twelve months, true net value per move at the time, times as many moves as this plan has; no "
            "need counted.",
            "*Of the oracle*: sum over cities of the true value over that of the plan made with the truth; 95 % intervals from the "
            "spread over cities.",
            "*For uplift alone*: moves into a post whose need is no greater than that of the post left. Where the release rules do "
            "not support ranking, the constant effect is published and plans go by need.",
        ),
    )  # fmt: skip


RIVALS = ("greedy", *LOCAL_METHODS, "lots")


def _fall(left: float) -> str:
    if not np.isfinite(left):
        return "no move for uplift alone in the default cities: nothing that could fall"
    kept = "kept" if left <= SHARE_OF_UPLIFT_MOVES else "missed"
    return f"{left:.0%} of the moves for uplift alone are left where match effects are zero ({kept})"


def _of(shown: pd.DataFrame, name: str) -> float:
    return float(shown.loc[shown["plan"] == name, "of the oracle"].iloc[0])


def _said(one: tuple[Planned, int], number: int, say: Say) -> pd.DataFrame:
    found = compared(one[0], one[1]).assign(seed=number)
    ours = found.iloc[0]
    say(f"seed {number}: true value {ours['true value']:.2f}, {ours['of the oracle']:.2f} of the oracle's")
    return found


def planned(scale: tuple[int, int], seed: int, world: str) -> tuple[Planned, int]:
    """Return an invented city of ``scale`` (people, years) with its wave, as a run would see it, and the seed."""
    city_made, tables = invented(scale, seed, WORLDS[world])
    params, as_of = Params(), default_as_of(tables)
    days = Days(as_of, default_effective_on(as_of))
    past = look_back(tables, as_of, params.trials, params.rules.pack(), Here())
    rows = training_rows(tables, as_of, params.trials, past.may, seed, past.on)
    model = fit_pair_uplift(rows, params.uplift, seed)
    supported = _supported(tables, rows, params, seed, past)
    city = open_city(tables, model if supported else model.abstain(), days, params, supported=supported)
    return _with_wave(
        city, city_made, replace(params, lists=replace(params.lists, candidates=CANDIDATES)), supported=supported
    ), seed


def _supported(tables: Tables, rows: TrainingRows, params: Params, seed: int, past: History) -> bool:
    try:
        evidence = try_out(tables, rows, params, seed, past)
    except TooLittleDataError:
        evidence = None
    decision = decide(evidence, None, rows.ratings.health, params.release)
    return decision.release == "champion" and decision.ranking_supported


def _with_wave(city: City, city_made: InventedCity, params: Params, *, supported: bool) -> Planned:
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
    believed = wave.moves["value"].to_numpy() - EVERY_MOVE - params.wave.limits.caution * wave.moves["spread"].to_numpy()
    free = replace(wave, limits=replace(wave.limits, caution=0.0))
    kept = np.isfinite(net)  # people without a post have no true outlook
    cut = replace(free, moves=free.moves[kept].reset_index(drop=True))
    return Planned(cut, (believed - params.wave.least_gain)[kept], net[kept], need[kept], pairs[kept].reset_index(drop=True), city,
                   city_made, supported)  # fmt: skip


def compared(one: Planned, seed: int) -> pd.DataFrame:
    """Return one row per plan: moves, true value (need included), true net value, share of the oracle's, moves for uplift alone."""
    params = Params()
    total = one.net + one.need
    taken = {"this program": _taken(one, one.believed), "greedy": _greedy(one)}
    scores = _local(one)
    taken |= {name: _taken(one, _filling(scores[name].to_numpy())) for name in LOCAL_METHODS}
    taken |= {"lots": _taken(one, _filling(np.random.default_rng(seed).random(len(total))))}
    taken |= {"oracle": _taken(one, total - params.wave.least_gain)}
    rows = [{"plan": name, "moves": len(rows), "true value": float(total[rows].sum()), "true net value": float(one.net[rows].sum()),
             "for uplift alone": int((one.need[rows] <= 0).sum())} for name, rows in taken.items()]  # fmt: skip
    mean, count = _past(one)
    ours = rows[0]["moves"]
    rows.append(
        {"plan": "past moves", "moves": count, "true value": mean * float(str(ours)), "true net value": mean * float(str(ours))}
    )
    frame = pd.DataFrame(rows).assign(**{"ranking supported": one.supported})
    oracle = float(frame.loc[frame["plan"] == "oracle", "true value"].iloc[0])
    return frame.assign(**{"of the oracle": frame["true value"] / oracle, "oracle's value": oracle})


def _taken(one: Planned, value: Array) -> NDArray[np.intp]:
    """Return the rows of the best plan by ``value`` within the wave's limits."""
    wave = replace(one.wave, moves=one.wave.moves.assign(value=value))
    moves = make_plan(wave, Params().wave.search).moves
    made = pd.MultiIndex.from_arrays([moves["employee_id"].astype(object), moves["to_position"].astype(object)])
    every = pd.MultiIndex.from_arrays([wave.moves["employee_id"].astype(object), wave.moves["position_id"].astype(object)])
    return np.sort(every.get_indexer(made))


def _filling(score: Array) -> Array:
    """Return scores between 1 and 2: a plan by them makes as many moves as it may, and then the best."""
    low, high = np.nanmin(score), np.nanmax(score)
    return np.asarray(1.0 + (np.nan_to_num(score, nan=float(low)) - low) / max(high - low, 1e-9))


def _greedy(one: Planned) -> NDArray[np.intp]:
    """Return the moves somebody takes who goes down the list of believed values and fills vacant seats while limits last."""
    moves, limits = one.wave.moves, one.wave.limits
    seats = one.wave.posts["vacant"].to_dict()
    cells = one.wave.posts[["unit_id", "job_family"]].apply(tuple, axis=1).to_dict()
    spare = {(r.unit_id, r.job_family): max(r.staff - r.floor, 0) for r in one.wave.floors.itertuples()}
    held = one.wave.people["position_id"].to_dict()
    moved: set[str] = set()
    chosen: list[int] = []
    for row in np.argsort(-one.believed, kind="stable"):
        if one.believed[row] <= 0 or (limits.moves is not None and len(chosen) >= limits.moves):
            break
        who, post = moves["employee_id"].iloc[row], moves["position_id"].iloc[row]
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


def _local(one: Planned) -> pd.DataFrame:
    frames = one.city.standing.frames
    pairs = one.pairs.astype({"employee_id": one.city.case.facts.employees.index.dtype})
    own = one.city.standing.posts[["employee_id", "position_id"]].reset_index(drop=True)
    return local_scores(pair_matrix(frames, pairs), yardstick(pair_matrix(frames, own)))


def _past(one: Planned) -> tuple[float, int]:
    """Return the mean true net value of the moves of the city's last twelve months, and how many there were."""
    case, moves = one.city.case, one.invented.truth["moves"]
    as_of = case.facts.as_of
    recent = moves[(moves["start_on"] <= as_of) & (moves["start_on"] > as_of - pd.DateOffset(months=12)) & ~moves["same_desk"]]
    recent = recent[~recent["move_type"].isin(MOVES_THAT_ARE_NONE)].dropna(subset=["stay", "in_post"])
    weight = pd.Series(case.weight_post, index=case.facts.positions.index.astype(str))
    into, left = (weight.reindex(recent[name].astype(str)).fillna(1.0).to_numpy() for name in ("position_id", "from_position_id"))
    empty = case.values.empty
    net = into * (recent["in_post"].to_numpy() - empty) - left * (recent["stay"].to_numpy() - empty)
    return (float(net.mean()) if len(net) else float("nan")), len(net)


def summary(rows: pd.DataFrame) -> pd.DataFrame:
    """Return one row per plan: means over cities, and the share of the oracle's value with its 95 % interval."""
    kept: list[dict[str, object]] = []
    for name, frame in rows.groupby("plan", sort=False):
        share = frame["true value"].sum() / frame["oracle's value"].sum()
        error = _error(frame, share)
        kept.append({"plan": name, "moves": frame["moves"].mean(), "true value": frame["true value"].mean(),
                     "true net value": frame["true net value"].mean(), "of the oracle": share, "lower": share - Z95 * error,
                     "upper": share + Z95 * error})  # fmt: skip
    return pd.DataFrame(kept)


def _error(frame: pd.DataFrame, share: float) -> float:
    """Return the standard error of a ratio of sums over cities."""
    left = frame["true value"] - share * frame["oracle's value"]
    return float(np.sqrt((left**2).sum() / max(len(frame) - 1, 1) / len(frame)) / frame["oracle's value"].mean())
