"""The wave of a run: planned from its candidates, in steps, with its certificate and what its limits cost."""

from dataclasses import dataclass
from typing import Any

import pandas as pd

from pipelines.city import City
from placement.beside import aspirations
from placement.wave.city import WaveParams, city_wave, person_names
from placement.wave.plan import Planning
from placement.wave.prices import prices
from placement.wave.stability import stability

COLUMNS = {
    "employee_id": "str",
    "from_position": "str",
    "to_position": "str",
    "net_value": "float64",
    "stability": "float64",
    "chain": "int64",
    "step": "int64",
    "swap": "bool",
}


@dataclass(frozen=True, slots=True)
class PlannedWave:
    """``moves``: the published table ``plan``, hashed ids still; ``account``: certificate and prices, as plain values."""

    moves: pd.DataFrame
    account: dict[str, Any]


def plan_wave(city: City, candidates: pd.DataFrame, params: WaveParams, seed: int) -> PlannedWave:
    """Return the plan of the city's wave: one row per move, and the account of how good it can at most be."""
    wished = aspirations(city.standing.known, city.case.facts, candidates)
    wave = city_wave(city.case, candidates, wished, city.standing.known["units"], params)
    planning = Planning(wave, params.search)
    plan = planning.plan()
    moves = plan.moves.rename(columns={"value": "net_value"})
    firm = stability(planning, plan, draws=params.draws, seed=seed)
    planning.solver.bound_linear(*planning.bounds())
    account = {
        "status": plan.status, "moves": len(moves), "value": plan.value, "bound": plan.bound, "gap": plan.gap,
        "candidates": len(wave.moves), "vacant": int(wave.posts["vacant"].sum()),
        "prices": prices(planning.program, planning.solver).to_dict("records"),
    }  # fmt: skip
    people = pd.Series(city.case.facts.employees.index, index=person_names(city.case))
    named = people.reindex(moves["employee_id"]).astype("str").to_numpy()
    listed = moves.assign(employee_id=named, stability=firm, start_on=city.case.facts.effective_on)
    return PlannedWave(listed.astype(COLUMNS), account)
