"""An invented city as one who knows the truth sees it: which pairs are judged, what each would truly gain, who rates leniently."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from features.ratings import HarmonisedRatings
from features.tables import Tables, conform, employee_dtype
from placement.lists import Case
from rules.verdicts import block_bits, eligibility_of
from simulation.city import City, invent_city
from simulation.knobs import Knobs

POSTS_AT_ONCE = 16
LENIENT_YEARS = 4
"""Years of ratings behind a unit's true leniency: those of the five grades."""


def invented(knobs: Knobs, seed: int) -> tuple[City, Tables]:
    """Return an invented city and its tables, typed."""
    city = invent_city(knobs, seed)
    return city, typed(city.tables, pd.Timestamp(city.knobs.extracted_on))


def typed(tables: Mapping[str, pd.DataFrame], extracted_on: pd.Timestamp) -> Tables:
    """Return well-formed contract tables, typed."""
    employees = employee_dtype(tables["employees"]["employee_id"])
    return Tables({name: conform(name, frame, employees) for name, frame in tables.items()}, extracted_on=extracted_on)


def candidate_pairs(case: Case, posts: int, seed: int) -> pd.DataFrame:
    """Return every pair of a vacant post and a person in a post elsewhere whom no rule is known to keep out.

    At most ``posts`` vacant posts, drawn by ``seed``; employee_id, position_id.
    """
    facts = case.facts
    vacant = np.flatnonzero(facts.positions["vacant"].to_numpy() > 0)
    drawn = np.sort(np.random.default_rng(seed).permutation(vacant)[:posts])
    held = np.asarray(case.encoded.people["position"])
    parts = []
    for first in range(0, len(drawn), POSTS_AT_ONCE):
        block = drawn[first : first + POSTS_AT_ONCE]
        tier = eligibility_of(case.pack, *block_bits(case.pack, case.encoded, block, facts.effective_on))
        row, person = np.nonzero((tier >= 0) & (held[None, :] != block[:, None]) & (held[None, :] >= 0))
        parts.append(pd.DataFrame({"employee_id": facts.employees.index[person], "position_id": facts.positions.index[block[row]]}))
    return pd.concat(parts, ignore_index=True)


def published_per_latent(city: City, ratings: HarmonisedRatings) -> float:
    """Return the slope of harmonised on true performance of the same year: published SD per SD of truth, 1 if all is well."""
    latent = city.truth["latent"].drop_duplicates(["employee_id", "year"])[["employee_id", "year", "latent"]]
    scores = ratings.scores
    both = pd.DataFrame(
        {"employee_id": scores["employee_id"].astype(str), "year": scores["period_end"].dt.year, "score": scores["score"]}
    ).merge(latent.astype({"employee_id": str}), on=["employee_id", "year"])
    return float(np.polyfit(both["latent"], both["score"], 1)[0])


def true_leniency(city: City, held: pd.Series, pairs: pd.DataFrame) -> NDArray[np.float64]:
    """Return how much more the new unit's ratings lie above true performance than the old unit's (SD of ratings in a year).

    ``held``: the position of every employee, by employee_id.
    """
    rated = city.tables["appraisals"].assign(year=lambda frame: frame["period_end"].dt.year)
    rated = rated[rated["year"] > city.knobs.last_year - LENIENT_YEARS]
    seen = rated["rating"].astype(float) + rated["work_result"].astype(float) + rated["behaviour"].astype(float)
    rated = rated.assign(seen=seen)[["employee_id", "year", "position_id", "seen"]].dropna()
    both = rated.merge(city.truth["latent"].drop(columns="position_id"), on=["employee_id", "year"])
    z = both.groupby("year")[["seen", "latent"]].transform(lambda values: (values - values.mean()) / values.std())
    unit = city.tables["positions"].set_index("position_id")["unit_id"]
    above = (z["seen"] - z["latent"]).groupby(both["position_id"].map(unit)).mean()
    lenient = unit.map(above)
    old = held.reindex(pairs["employee_id"]).astype(str).to_numpy()
    return np.asarray(lenient.reindex(pairs["position_id"].astype(str)).to_numpy() - lenient.reindex(old).to_numpy())
