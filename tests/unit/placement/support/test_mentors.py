"""Mentors looked for once for all moves alike are those that each move would find by itself."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import linear_sum_assignment

from features.as_of import default_as_of, default_effective_on, known_at
from placement.staffing.departures import departures
from placement.support.mentors import NEARNESS, MentorParams, _dealt, _eligible, _family_months
from rules.encoding import encode
from rules.facts import Facts, collect_facts
from rules.identifiers import places_of
from rules.pack import load_pack


def one_by_one(facts: Facts, held: pd.DataFrame, moves: pd.DataFrame, params: MentorParams) -> pd.DataFrame:
    """Return what `_eligible` says, each move against everybody."""
    people = facts.employees
    year = facts.effective_on + pd.DateOffset(years=1)
    stays = held[(held["tenure_months"] >= params.least_months) & ~(held["retires_on"] <= year)]
    movers = places_of(moves["employee_id"], people.index)
    free = np.setdiff1d(places_of(stays["employee_id"], people.index), movers)
    told = []
    for move, person, post in zip(moves.index, movers, moves["to_position"], strict=True):
        there = facts.positions.loc[post]
        rows = pd.DataFrame({"move": move, "person": person, "mentor": free})
        near = [
            np.where(people[name].astype(object).to_numpy()[free] == there[name], worth, -1.0) for name, worth in NEARNESS.items()
        ]
        rows["near"] = np.max(near, axis=0)
        apart = np.abs(people["level"].to_numpy(dtype=float, na_value=np.nan)[free] // 10 - float(there["level"]) // 10)
        rows = rows[(rows["near"] >= 0) & ~(apart > params.steps)]
        family = pd.Series([there["job_family"]] * len(rows), dtype=object)
        rows = rows.assign(months=_family_months(facts, rows["mentor"].to_numpy(), family))
        told.append(rows.sort_values(["near", "months", "mentor"], ascending=[False, False, True]).head(params.weighed))
    return pd.concat(told, ignore_index=True)


@pytest.fixture(scope="module")
def city(small_tables) -> SimpleNamespace:
    as_of = default_as_of(small_tables)
    facts = collect_facts(known_at(small_tables, as_of), as_of, default_effective_on(as_of))
    rng = np.random.default_rng(3)
    people, posts = facts.employees.index[facts.employees["position_id"].notna()], facts.positions.index
    moves = pd.DataFrame({"employee_id": rng.choice(people, 40, replace=False), "to_position": rng.choice(posts, 40)})
    moves["from_position"] = facts.employees["position_id"].reindex(moves["employee_id"]).to_numpy()
    return SimpleNamespace(facts=facts, moves=moves, held=departures(facts, load_pack(), encode(facts)))


@pytest.mark.parametrize("weighed", [1, 3, 25, 1000])
def test_mentors_are_those_that_each_move_finds_by_itself(city: SimpleNamespace, weighed: int) -> None:
    params = MentorParams(weighed=weighed)
    found = _eligible(city.facts, city.held, city.moves, params)
    alone = one_by_one(city.facts, city.held, city.moves, params)
    columns = ["move", "person", "mentor", "near", "months"]
    pd.testing.assert_frame_equal(found[columns], alone[columns], check_dtype=False)
    assert set(found["near"]) >= ({1.0, 0.5, 0.0} if weighed == 1000 else {1.0})


@pytest.mark.parametrize("load", [1, 2, 3])
def test_mentors_are_dealt_out_as_well_as_can_be(load: int) -> None:
    rng = np.random.default_rng(load)
    for _ in range(50):
        wanted = rng.random((rng.integers(1, 12), rng.integers(1, 6))) < 0.5
        move, mentor = np.nonzero(wanted)
        pairs = pd.DataFrame({"move": move + 100, "mentor": mentor * 7, "match": rng.integers(0, 8, len(move)) / 2})
        chosen = pairs.iloc[_dealt(pairs, load)]
        assert chosen["move"].is_unique
        assert (chosen["mentor"].value_counts() <= load).all()
        value = np.zeros(wanted.shape)
        value[move, mentor] = 1.0 + pairs["match"]
        seats = np.repeat(value, load, axis=1)
        assert (1.0 + chosen["match"]).sum() == pytest.approx(seats[linear_sum_assignment(seats, maximize=True)].sum())
