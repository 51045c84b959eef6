"""Table ``shortlist_details``: what a list may promise, what local methods say, what leading asks, beside each candidate."""

import pandas as pd

from features.frames import pair_matrix
from pipelines.city import City
from pipelines.settings import Params
from placement.beside import competency_gaps
from placement.leadership import ripeness
from placement.local_methods import local_scores, yardstick
from placement.profile_matching import profile_matching

PAIR = ["position_id", "employee_id"]
LEADING = ("unit_gain", "unit_doubt", "unit_part")
PROMISED = ("promised_uplift", "promised_in_post", "promised_net_value")


def details(city: City, promising: pd.DataFrame, params: Params) -> pd.DataFrame:
    """Return the details of the first ``lists.explained`` candidates of every position.

    Parameters
    ----------
    promising
        Candidates with ``rank`` and what is promised of them (`pipelines.staffing.with_promises`).

    Returns
    -------
    DataFrame
        position_id, employee_id; ``PROMISED``; the score of every local method and, as ``rank_NAME``, the place it gives among the
        candidates shown (1 is best; equals share the best place; missing: no score); ``LEADING`` where the post leads a unit, terms
        of the model of their own that are part of no other number; ripe_months, inexperienced.
    """
    shown = promising[promising["rank"] <= params.lists.explained].reset_index(drop=True)
    scores = _local(city, shown)
    places = scores.groupby(shown["position_id"]).rank(method="min", ascending=False).add_prefix("rank_")
    led = shown[[]].assign(**dict.fromkeys(LEADING, float("nan"))) if city.leading is None else city.leading(shown[PAIR])
    ripe = ripeness(city.case.facts, shown, params.leadership)
    return shown[[*PAIR, *PROMISED]].join([scores, places, led[list(LEADING)], ripe])


def _local(city: City, shown: pd.DataFrame) -> pd.DataFrame:
    """Return the score of every local method, measured against everybody in their own post."""
    frames, known, facts = city.standing.frames, city.standing.known, city.case.facts
    own = city.standing.posts[["employee_id", "position_id"]]
    own = own[own["position_id"].isin(frames.positions.index)].reset_index(drop=True)
    scores = local_scores(pair_matrix(frames, shown[PAIR]), yardstick(pair_matrix(frames, own)))
    return scores.join(profile_matching(competency_gaps(known, facts, shown[PAIR]), shown.index))
