"""The tables of a run about need: posts, surges of demand and who could help, and whether a position needs a move at all."""

import pandas as pd

from models.judgement.effect_scores import Figure
from pipelines.city import City
from pipelines.settings import Params
from placement.advice import advice
from placement.lists import Lists
from placement.programme import expected_of, programmes
from placement.promise import borne_out, promised
from placement.staffing.departures import movable
from placement.staffing.posts import post_needs
from placement.staffing.reinforcement import reinforcements
from placement.staffing.surges import surges


def staffing(city: City, lists: Lists, held: pd.DataFrame, params: Params) -> dict[str, pd.DataFrame]:
    """Return the tables ``needs``, ``post_needs``, ``surges`` and ``reinforcements``, hashed ids still; ``held``: `departures`."""
    known, case = city.standing.known, city.case
    demand = surges(known, case.facts.as_of, params.needs.surges)
    surging = demand[demand["surge"]].drop(columns="surge").reset_index(drop=True)
    ready = lists.counts.set_index("position_id")["candidates"]
    free = held[movable(held, case.pack, case.facts.effective_on)]
    helpers = reinforcements(surging, case.facts, free, city.needs, lists.candidates, params.help)
    return {
        "needs": city.needs,
        "post_needs": post_needs(known, case.facts, case.pack, held, ready, params.posts),
        "surges": surging,
        "reinforcements": helpers.astype({"employee_id": "str", "unit_id": "str", "from_unit": "str", "position_id": "str"}),
    }


def wave_goals(city: City, moves: pd.DataFrame, promising: pd.DataFrame) -> pd.DataFrame:
    """Return the table ``programmes``: goals of every programme, and what this wave is expected to bring to its own."""
    facts = city.case.facts
    pairs = moves[["employee_id", "to_position"]].set_axis(["employee_id", "position_id"], axis=1).astype(object)
    known = promising[["employee_id", "position_id", "promised_uplift"]].astype({"employee_id": object, "position_id": object})
    uplift = pairs.merge(known, on=["employee_id", "position_id"])["promised_uplift"]
    found = expected_of(programmes(city.standing.known, facts.effective_on), moves, uplift, facts.positions)
    text = dict.fromkeys(("programme_id", "goal", "indicator"), "str")
    return found.astype({**text, "target": "float64", "in_force": "bool", "of_this_wave": "bool", "expected": "float64"})


def training_calendar(offered: pd.DataFrame) -> pd.DataFrame:
    """Return the table ``training_calendar``; text where a course has neither competency nor unit is empty, not missing."""
    text = dict.fromkeys(("course", "competency", "unit_id", "agencies"), "str")
    counts = dict.fromkeys(("taken", "waiting"), "int64")
    return offered.fillna({"competency": "", "unit_id": "", "agencies": ""}).astype({**text, **counts, "seats": "float64"})


def with_promises(city: City, lists: Lists, slope: Figure, params: Params) -> pd.DataFrame:
    """Return the candidates of ``lists`` with what a list may promise of them."""
    usual = lists.counts.set_index("position_id")["usual_uplift"].reindex(lists.candidates["position_id"]).to_numpy()
    weight = pd.Series(city.case.weight_post, index=city.case.facts.positions.index)
    weights = weight.reindex(lists.candidates["position_id"]).to_numpy()
    return lists.candidates.join(promised(lists.candidates, usual, weights, borne_out(slope, params.promise)))


def verdicts(city: City, promising: pd.DataFrame, params: Params) -> pd.DataFrame:
    """Return the table ``advice``: the verdict on every position; ``promising`` as `with_promises` returns it."""
    held = city.standing.posts[["employee_id", "position_id"]].reset_index(drop=True)
    held = held[held["position_id"].isin(city.case.facts.positions.index)]
    outlook = city.score(held)["stay_outlook"].groupby(held["position_id"]).mean()
    found = advice(city.case, promising, outlook, params.advice)
    return found.astype({"employee_id": "str"})
