"""The wave of a run: planned from its candidates, in steps, with its certificate and what its limits cost."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pandas as pd

from pipelines.city import City
from placement.beside import aspirations
from placement.development import DevelopmentParams, development
from placement.wave.city import WaveParams, city_wave, draws_of, person_names
from placement.wave.limits import Wave
from placement.wave.plan import Planning
from placement.wave.prices import price_of_shares, prices
from placement.wave.scenario import PAIR, stored_limits
from placement.wave.stability import SHARED, firmness
from rules.waves import judge_wave

COLUMNS = {
    "employee_id": "str",
    "from_position": "str",
    "to_position": "str",
    "net_value": "float64",
    "stability": "float64",
    "stability_person": "float64",
    "stability_post": "float64",
    "chain": "int64",
    "step": "int64",
    "swap": "bool",
}


@dataclass(frozen=True, slots=True)
class PlannedWave:
    """``moves``: the published table ``plan``, hashed ids still; ``account``: certificate and prices, as plain values.

    ``development``: what each move adds to the person, a part of its net value; ``scenarios``: the tables from which
    `placement.wave.scenario.published_wave` makes the same wave again.
    """

    moves: pd.DataFrame
    account: dict[str, Any]
    development: pd.DataFrame
    scenarios: dict[str, pd.DataFrame]


def plan_wave(
    city: City, candidates: pd.DataFrame, params: WaveParams, growth: DevelopmentParams, seed: int
) -> PlannedWave:  # fmt: skip
    """Return the plan of the city's wave: one row per move, and the account of how good it can at most be."""
    wished = aspirations(city.standing.known, city.case.facts, candidates)
    known = city.standing.known
    couples = known["employees"][["employee_id", "spouse_id"]].dropna()
    grown = development(known, city.case.facts, candidates, growth)
    wave = city_wave(city.case, candidates, wished, known["units"], params, couples, grown["development"])
    planning = Planning(wave, params.search)
    plan = planning.plan()
    moves = plan.moves.rename(columns={"value": "net_value"})
    planning.solver.bound_linear(*planning.bounds())
    cost = prices(planning.program, planning.solver).to_dict("records")  # before the draws: the solver still stands at the plan
    people = pd.Series(city.case.facts.employees.index, index=person_names(city.case))
    draws = draws_of(params, len(wave.moves))
    firm = firmness(planning, plan, _shared_doubt(city, wave, people), draws=draws, seed=seed)
    account = {
        "status": plan.status, "moves": len(moves), "value": plan.value, "bound": plan.bound, "gap": plan.gap,
        "candidates": len(wave.moves), "vacant": int(wave.posts["vacant"].sum()), "limits": stored_limits(wave.limits),
        "prices": cost, "shares": price_of_shares(wave).to_dict("records"), "expected": firm.expected,
        "perfect_information": firm.perfect_information, "draws": draws,
    }  # fmt: skip

    def named(who: pd.Series) -> pd.Series:
        return people.reindex(who).astype("str").set_axis(who.index)

    account["breaches"] = _breaches(city, moves, people)
    listed = moves.join(firm.moves).assign(employee_id=named(moves["employee_id"]), start_on=city.case.facts.effective_on)
    key = ["employee_id", "to_position"]
    pairs = listed[key].rename(columns={"to_position": "position_id"})
    adds = listed[key].join(development(known, city.case.facts, pairs, growth)).astype(dict.fromkeys(key, "str"))
    account["development"] = float(adds["development"].sum())
    wishes = candidates[list(PAIR)].assign(aspiration=wished)[wished.notna()]
    tables = _scenario_tables(wave, named) | {"wave_wishes": wishes.astype(dict.fromkeys(PAIR, "str"))}
    return PlannedWave(listed.astype(COLUMNS), account, adds, tables)


def _breaches(city: City, moves: pd.DataFrame, people: pd.Series) -> list[dict[str, Any]]:
    """Return what the moves break together (`rules.waves`).

    One dict per breach: rule_id, gates (a plan with it may not stand), the reason in words, and the moves that break it as chain
    and step, the way a plan names its moves.
    """
    pairs = pd.DataFrame({
        "employee_id": pd.Index(people.reindex(moves["employee_id"])), "position_id": moves["to_position"].to_numpy(),
    })  # fmt: skip
    found = judge_wave(city.case.pack, city.case.encoded, pairs)
    steps = [f"{chain}.{step}" for chain, step in zip(moves["chain"], moves["step"], strict=True)]
    named = [sorted((steps[place] for place in places), key=_in_order) for places in found["moves"]]
    told: list[dict[str, Any]] = found.assign(moves=named)[["rule_id", "gates", "reason_id", "reason_en", "moves"]].to_dict(
        "records"
    )
    return told


def _in_order(step: str) -> tuple[int, ...]:
    return tuple(map(int, step.split(".")))


def _shared_doubt(city: City, wave: Wave, people: pd.Series) -> pd.DataFrame | None:
    """Return what the errors of the wave's moves have in common, weighed as their values are."""
    if city.doubt is None:
        return None
    who = pd.Index(people.reindex(wave.moves["employee_id"])).astype(city.case.facts.employees.index.dtype)
    pairs = pd.DataFrame({"employee_id": who, "position_id": wave.moves["position_id"].to_numpy()})
    weight = pd.Series(city.case.weight_post, index=city.case.facts.positions.index).reindex(pairs["position_id"])
    return city.doubt(pairs)[list(SHARED)].mul(weight.to_numpy(), axis=0)


def _scenario_tables(wave: Wave, named: Callable[[pd.Series], pd.Series]) -> dict[str, pd.DataFrame]:
    """Return the wave as tables to publish."""
    text = {"unit_id": "str", "job_family": "str"}
    posts = wave.posts.rename_axis("position_id").reset_index()
    ties = {"wave_couples": wave.together, "wave_relatives": wave.apart}
    ties = {name: pairs.rename(columns={"other_id": "other_employee_id"}) for name, pairs in ties.items()}
    return {
        "wave_moves": wave.moves.assign(employee_id=named(wave.moves["employee_id"])).astype({"position_id": "str"}),
        "wave_posts": posts.astype({**text, "position_id": "str", "district": "str"}),
        "wave_floors": wave.floors.astype({**text, "staff": "int64", "floor": "float64"}),
        **{name: pairs.assign(**{side: named(pairs[side]) for side in pairs}) for name, pairs in ties.items()},
    }
