"""The tables of a run about need: posts, surges of demand and who could help, and whether a position needs a move at all."""

import pandas as pd

from models.judgement.effect_scores import Figure
from pipelines.city import City
from pipelines.settings import Params
from placement.advice import advice
from placement.lists import Lists
from placement.promise import borne_out, promised
from placement.staffing.posts import post_needs
from placement.staffing.reinforcement import reinforcements
from placement.staffing.surges import surges


def staffing(city: City, lists: Lists, params: Params) -> dict[str, pd.DataFrame]:
    """Return the tables ``needs``, ``post_needs``, ``surges`` and ``reinforcements``, hashed ids still."""
    known, case = city.standing.known, city.case
    demand = surges(known, case.facts.as_of, params.needs.surges)
    surging = demand[demand["surge"]].drop(columns="surge").reset_index(drop=True)
    ready = lists.counts.set_index("position_id")["candidates"]
    helpers = reinforcements(surging, case.facts, case.pack, city.needs, lists.candidates, params.help)
    return {
        "needs": city.needs,
        "post_needs": post_needs(known, case.facts, case.pack, ready, params.posts),
        "surges": surging,
        "reinforcements": helpers.astype({"employee_id": "str", "unit_id": "str", "from_unit": "str", "position_id": "str"}),
    }


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
