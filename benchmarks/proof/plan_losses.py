"""Where the value of a plan is lost against the truth: to ignorance, to the release rules, to caution, to the limit on moves."""

from dataclasses import replace

import numpy as np
import pandas as pd

from benchmarks.proof.planned_city import Planned, greedy, taken
from pipelines.settings import Params
from placement.wave.city import draws_of
from placement.wave.plan import Planning
from placement.wave.stability import SHARED, firmness

GROWTH = (("4 %", 0.04), ("12.5 %", 0.125), ("25 %", 0.25), ("no limit", 1.0))
"""Moves allowed as a share of the staff; the first is what a run allows."""


def losses(one: Planned, seed: int) -> pd.DataFrame:
    """Return, per way to plan one wave, its true value (SD, weighted) and its share of the oracle's."""
    ranked, gain = one.ranked or one, Params().wave.least_gain
    oracle = float(one.total[taken(one, one.total - gain)].sum())
    ways = {
        "the truth": oracle,
        "estimates, as released": float(one.total[taken(one, one.believed)].sum()),
        "estimates held back too": float(ranked.total[taken(ranked, ranked.believed)].sum()),
        "estimates held back too, no caution": float(ranked.total[taken(ranked, ranked.believed + ranked.caution)].sum()),
    }
    rows = pd.DataFrame({"plans by": list(ways), "true value": list(ways.values())})
    rows["of the oracle"] = rows["true value"] / oracle
    expected, perfect = foretold(ranked, seed)
    last = {"plans by": "estimates held back too: foretold", "true value": expected, "of the oracle": expected / perfect}
    return pd.concat([rows, pd.DataFrame([last])], ignore_index=True)


def foretold(one: Planned, seed: int) -> tuple[float, float]:
    """Return what the plan is expected to bring and what the best one would if the effects were known, by the model's own doubt."""
    case, params = one.city.case, Params().wave
    wave = replace(one.wave, moves=one.wave.moves.assign(value=one.believed + one.caution))
    planning = Planning(wave, params.search)
    pairs = one.pairs.astype({"employee_id": case.facts.employees.index.dtype})
    weight = pd.Series(case.weight_post, index=case.facts.positions.index.astype(str)).reindex(one.pairs["position_id"])
    shared = None if one.city.doubt is None else one.city.doubt(pairs)[list(SHARED)].mul(weight.to_numpy(), axis=0)
    found = firmness(planning, planning.plan(), shared, draws=draws_of(params, len(wave.moves)), seed=seed)
    return found.expected, found.perfect_information


def as_the_wave_grows(one: Planned) -> pd.DataFrame:
    """Return, per number of moves allowed, moves, believed and true value of this program's plan and of greedy's, and its lead."""
    staff = len(one.wave.people)
    rows = []
    for name, share in GROWTH:
        most = int(np.ceil(share * staff))
        mine, theirs = taken(one, one.believed, most), greedy(one, most)
        ours, greedily = (float(one.total[chosen].sum()) for chosen in (mine, theirs))
        hoped, hoped_by_greedy = (float(one.believed[chosen].sum()) for chosen in (mine, theirs))
        rows.append({
            "moves allowed, of all staff": name, "moves": len(mine), "believed": hoped, "true value": ours,
            "moves of greedy": len(theirs), "believed of greedy": hoped_by_greedy, "true value of greedy": greedily,
            "lead": ours - greedily,
        })  # fmt: skip
    return pd.DataFrame(rows)


def means(rows: pd.DataFrame, by: str) -> pd.DataFrame:
    """Return the mean of every figure over cities, per ``by`` in its order, and its standard error where it is the lead."""
    groups = rows.groupby(by, sort=False)
    found = groups.mean(numeric_only=True).reset_index()
    if "lead" in found:
        found["error of lead"] = (groups["lead"].std() / np.sqrt(groups.size())).to_numpy()
    return found
