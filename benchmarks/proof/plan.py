"""Mark: what a plan is truly worth, beside greedy, local methods, past moves and the oracle; and what it does where no post suits.

About a processor minute a city of 1,600: a quarter of an hour for the thirteen cities of the full size.
"""

import numpy as np
import pandas as pd

from benchmarks.proof.kept import kept
from benchmarks.proof.page import Proof
from benchmarks.proof.plan_losses import as_the_wave_grows, losses, means
from benchmarks.proof.planned_city import CANDIDATES, Array, Planned, greedy, planned, taken
from benchmarks.proof.sizes import DEFAULT, NO_MATCH, Say, Size
from features.codes import MOVES_THAT_ARE_NONE
from features.frames import pair_matrix
from pipelines.settings import Params
from placement.beside import competency_gaps
from placement.local_methods import LOCAL_METHODS, local_scores, yardstick
from placement.profile_matching import profile_matching

Z95 = 1.959964
SHARE_OF_UPLIFT_MOVES = 0.2
"""Most that may be left of the moves for uplift alone where no post suits anybody better."""


def prove(size: Size, seed: int, say: Say) -> Proof:
    """Return true values of plans over cities, and how many moves for uplift alone are left where match effects are zero."""
    default, empty = size.plans
    cities = pd.concat([_kept(size, DEFAULT, number, say) for number in range(seed, seed + default)], ignore_index=True)
    rows, lost, grown = (_table(cities, name) for name in TABLES)
    without = _table(pd.concat([_kept(size, NO_MATCH, number, say) for number in range(seed, seed + empty)]), PLANS)
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
            "Where the value is lost, mean over the default cities": means(lost, "plans by"),
            "As the wave may grow, mean over the default cities": means(grown, "moves allowed, of all staff"),
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
            "*Held back*: with the forecasts of every city, also where the release rules do not support ranking. *Foretold*: what "
            "the plan is expected to bring over what perfect information would, both by the model's own doubt "
            "(`placement.wave.stability`): the share that ignorance leaves, whatever program picks.",
            "Greedy fills vacant seats only. Moves allowed: a run's 4 % of the staff, then more. Forecasts as released.",
            "*For uplift alone*: moves into a post whose need is no greater than that of the post left. Where the release rules do "
            "not support ranking, nobody is told from anybody and plans go by need and by the weights of posts.",
        ),
    )  # fmt: skip


LOCAL = (*LOCAL_METHODS, "profile_matching")
RIVALS = ("greedy", *LOCAL, "lots")
TABLES = PLANS, LOSSES, GROWTH = ("plans", "losses", "growth")
CODE = ("features", "rules", "models", "placement", "pipelines", "simulation", "benchmarks/proof")
"""Rooms on which a city's figures rest."""


def _fall(left: float) -> str:
    if not np.isfinite(left):
        return "no move for uplift alone in the default cities: nothing that could fall"
    said = "kept" if left <= SHARE_OF_UPLIFT_MOVES else "missed"
    return f"{left:.0%} of the moves for uplift alone are left where match effects are zero ({said})"


def _of(shown: pd.DataFrame, name: str) -> float:
    return float(shown.loc[shown["plan"] == name, "of the oracle"].iloc[0])


def _kept(size: Size, world: str, seed: int, say: Say) -> pd.DataFrame:
    """Return the rows of every table of one city, kept on disk: an interrupted measurement goes on with the next city."""
    named: dict[str, object] = {"scale": size.plan_city, "seed": seed, "world": world}
    found = kept(size, "plan", named, lambda: _looked_at(size, world, seed), CODE)
    ours = found.iloc[0]
    say(f"{world}, seed {seed}: true value {ours['true value']:.2f}, {ours['of the oracle']:.2f} of the oracle's")
    return found


def _looked_at(size: Size, world: str, seed: int) -> pd.DataFrame:
    one, _ = planned(size.plan_city, seed, world)
    tables = {PLANS: compared(one, seed).assign(seed=seed)}
    if world == DEFAULT:
        tables |= {LOSSES: losses(one, seed), GROWTH: as_the_wave_grows(one)}
    return pd.concat([frame.assign(table=name) for name, frame in tables.items()], ignore_index=True)


def _table(rows: pd.DataFrame, name: str) -> pd.DataFrame:
    """Return the rows of one table, with its own columns."""
    mine = rows[rows["table"] == name].drop(columns="table")
    return mine.dropna(axis=1, how="all").reset_index(drop=True)


def compared(one: Planned, seed: int) -> pd.DataFrame:
    """Return one row per plan: moves, true value (need included), true net value, share of the oracle's, moves for uplift alone."""
    params, total = Params(), one.total
    plans = {"this program": taken(one, one.believed), "greedy": greedy(one)}
    scores = _local(one)
    plans |= {name: taken(one, _filling(scores[name].to_numpy())) for name in LOCAL}
    plans |= {"lots": taken(one, _filling(np.random.default_rng(seed).random(len(total))))}
    plans |= {"oracle": taken(one, total - params.wave.least_gain)}
    rows = [{"plan": name, "moves": len(rows), "true value": float(total[rows].sum()), "true net value": float(one.net[rows].sum()),
             "for uplift alone": int((one.need[rows] <= 0).sum())} for name, rows in plans.items()]  # fmt: skip
    mean, count = _past(one)
    ours = rows[0]["moves"]
    rows.append(
        {"plan": "past moves", "moves": count, "true value": mean * float(str(ours)), "true net value": mean * float(str(ours))}
    )
    frame = pd.DataFrame(rows).assign(**{"ranking supported": one.supported})
    oracle = float(frame.loc[frame["plan"] == "oracle", "true value"].iloc[0])
    return frame.assign(**{"of the oracle": frame["true value"] / oracle, "oracle's value": oracle})


def _filling(score: Array) -> Array:
    """Return scores between 1 and 2: a plan by them makes as many moves as it may, and then the best."""
    low, high = np.nanmin(score), np.nanmax(score)
    return np.asarray(1.0 + (np.nan_to_num(score, nan=float(low)) - low) / max(high - low, 1e-9))


def _local(one: Planned) -> pd.DataFrame:
    frames = one.city.standing.frames
    pairs = one.pairs.astype({"employee_id": one.city.case.facts.employees.index.dtype})
    own = one.city.standing.posts[["employee_id", "position_id"]].reset_index(drop=True)
    scores = local_scores(pair_matrix(frames, pairs), yardstick(pair_matrix(frames, own)))
    gaps = competency_gaps(one.city.standing.known, one.city.case.facts, pairs)
    return scores.join(profile_matching(gaps, pairs.index))


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
    found: list[dict[str, object]] = []
    for name, frame in rows.groupby("plan", sort=False):
        share = frame["true value"].sum() / frame["oracle's value"].sum()
        error = _error(frame, share)
        found.append({"plan": name, "moves": frame["moves"].mean(), "true value": frame["true value"].mean(),
                     "true net value": frame["true net value"].mean(), "of the oracle": share, "lower": share - Z95 * error,
                     "upper": share + Z95 * error})  # fmt: skip
    return pd.DataFrame(found)


def _error(frame: pd.DataFrame, share: float) -> float:
    """Return the standard error of a ratio of sums over cities."""
    left = frame["true value"] - share * frame["oracle's value"]
    return float(np.sqrt((left**2).sum() / max(len(frame) - 1, 1) / len(frame)) / frame["oracle's value"].mean())
