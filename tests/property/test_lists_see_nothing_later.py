"""Facts, needs and lists hold nothing that became known after ``as_of``."""

import numpy as np
import pandas as pd
import pytest

from features.as_of import default_as_of, default_effective_on, known_at
from placement.lists import ListParams, make_case, make_lists
from placement.need import NeedParams, needs
from placement.net_value import ValueParams
from rules.facts import collect_facts
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
    facts = collect_facts(known, as_of, default_effective_on(as_of))
    wanted = needs(known, facts, load_pack(), NeedParams())
    case = make_case(facts, load_pack(), wanted, ValueParams(), supported=True)
    return (
        facts,
        wanted,
        make_lists(case, plain_estimates, ListParams(shortlist=5, best_positions=3, candidates=5, exclusions=3, explained=2)),
    )


@pytest.mark.parametrize("back", MONTHS_BACK)
def test_rewriting_the_future_changes_no_fact_no_need_and_no_list(small_tables, rewrite_later, back):
    as_of = default_as_of(small_tables) - pd.DateOffset(months=back)
    facts, wanted, lists = seen(small_tables, as_of)
    others = seen(rewrite_later(small_tables, as_of, back), as_of)
    pd.testing.assert_frame_equal(named(facts.employees), named(others[0].employees))
    pd.testing.assert_frame_equal(facts.positions, others[0].positions)
    pd.testing.assert_frame_equal(wanted, others[1])
    for name in ("candidates", "best_positions", "exclusions", "counts"):
        pd.testing.assert_frame_equal(named(getattr(lists, name)), named(getattr(others[2], name)))


def named(frame):
    """Return ``frame`` with identifiers as text: the rewritten future adds people to their categories."""
    rows = frame.reset_index()
    return rows.astype({"employee_id": "str"}) if "employee_id" in rows else rows
