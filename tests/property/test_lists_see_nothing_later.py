"""Facts, needs and lists hold nothing that became known after ``as_of``."""

from functools import cache

import numpy as np
import pandas as pd
import pytest

from features.as_of import default_as_of, default_effective_on, known_at
from features.posts import existing_posts
from features.tables import Tables
from placement.estimates import PairByPair
from placement.lists import ListParams, make_case, make_lists
from placement.need import NeedParams, needs
from placement.net_value import ValueParams
from placement.staffing.openings import opened_by_retirement
from rules.facts import collect_facts, of_posts
from rules.pack import load_pack

MONTHS_BACK = (14, pytest.param(30, marks=pytest.mark.slow))


def plain_estimates(pairs):
    person = pairs["employee_id"].astype("str").str.extract(r"(\d+)", expand=False).astype(int).to_numpy()
    stay, uplift = np.sin(person * 12.9898), 0.3 * np.cos(person * 3.7)
    frame = {
        "stay_outlook": stay,
        "expected_in_post": stay + uplift,
        "uplift": uplift,
        "lower": uplift - 0.2,
        "upper": uplift + 0.2,
        "realised_lower": -2.0,
        "realised_upper": 2.0,
    }
    return pd.DataFrame({**frame, "grade": "B", "overlap": 0.5, "novelty": 0.1}, index=pairs.index)


def seen(tables, as_of):
    known = known_at(tables, as_of)
    every = collect_facts(known, as_of, default_effective_on(as_of))
    facts = opened_by_retirement(of_posts(every, existing_posts(known, as_of)), load_pack())
    wanted = needs(known, facts, load_pack(), NeedParams())
    case = make_case(facts, load_pack(), wanted, ValueParams(), supported=True)
    return (
        facts,
        wanted,
        make_lists(
            case, PairByPair(plain_estimates), ListParams(shortlist=5, best_positions=3, candidates=5, exclusions=3, explained=2)
        ),
    )


@pytest.fixture(scope="module")
def as_it_is(small_tables):
    """Return what is seen of the small city so many months back, looked at once."""
    return cache(lambda back: seen(small_tables, default_as_of(small_tables) - pd.DateOffset(months=back)))


@pytest.mark.parametrize("back", MONTHS_BACK)
def test_rewriting_the_future_changes_no_fact_no_need_and_no_list(small_tables, rewrite_later, as_it_is, back):
    as_of = default_as_of(small_tables) - pd.DateOffset(months=back)
    facts, wanted, lists = as_it_is(back)
    others = seen(rewrite_later(small_tables, as_of, back), as_of)
    pd.testing.assert_frame_equal(named(facts.employees), named(others[0].employees))
    pd.testing.assert_frame_equal(facts.positions, others[0].positions)
    pd.testing.assert_frame_equal(wanted, others[1])
    for name in ("candidates", "best_positions", "exclusions", "counts"):
        pd.testing.assert_frame_equal(named(getattr(lists, name)), named(getattr(others[2], name)))


@pytest.mark.parametrize("back", MONTHS_BACK)
def test_posts_first_held_later_are_on_no_list(small_tables, as_it_is, back):
    as_of = default_as_of(small_tables) - pd.DateOffset(months=back)
    held = small_tables["assignments"]
    new = held.loc[held["start_on"] > as_of, "position_id"].unique()[:3]
    frames = {name: _without_traces(small_tables[name], new, as_of) for name in ("assignments", "vacancies", "workloads")}
    founded = Tables({**small_tables.frames, **frames}, small_tables.extracted_on)
    assert len(new) == 3
    assert set(new) <= set(as_it_is(back)[0].positions.index)
    facts, _, lists = seen(founded, as_of)
    assert not set(new) & set(facts.positions.index)
    assert not set(new) & set(lists.candidates["position_id"])


def _without_traces(frame, posts, as_of):
    """Return a table without the rows on ``posts`` known by ``as_of``: what the source would hold of posts founded later."""
    return frame[~(frame["position_id"].isin(posts) & (frame["known_on"] <= as_of))].reset_index(drop=True)


def named(frame):
    """Return ``frame`` with identifiers as text: the rewritten future adds people to their categories."""
    rows = frame.reset_index()
    return rows.astype({"employee_id": "str"}) if "employee_id" in rows else rows
