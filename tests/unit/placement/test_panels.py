"""On the real panels nearly every rule is without data: lists come out all the same."""

import numpy as np
import pandas as pd
import pytest

from features.as_of import default_effective_on, known_at
from placement.estimates import PairByPair
from placement.lists import ListParams, make_case, make_lists
from placement.need import NeedParams, needs
from placement.net_value import ValueParams
from rules.facts import collect_facts
from rules.pack import load_pack
from rules.verdicts import standing


def same_for_all(pairs):
    half = np.full(len(pairs), 0.2)
    frame = {
        "stay_outlook": 0.0,
        "expected_in_post": 0.1,
        "uplift": 0.1,
        "lower": 0.1 - half,
        "upper": 0.1 + half,
        "realised_lower": -2.0,
        "realised_upper": 2.0,
    }
    return pd.DataFrame({**frame, "grade": "D", "overlap": 0.5, "novelty": 0.1}, index=pairs.index)


@pytest.mark.panels
@pytest.mark.parametrize("panel", ["players", "managers"])
def test_every_position_of_a_panel_has_eligible_or_unknown_people(request, panel):
    as_of = pd.Timestamp("1998-01-15")
    known = known_at(request.getfixturevalue(panel), as_of)
    facts = collect_facts(known, as_of, default_effective_on(as_of))
    case = make_case(facts, load_pack(), needs(known, facts, load_pack(), NeedParams()), ValueParams(), supported=False)
    lists = make_lists(case, PairByPair(same_for_all), ListParams(candidates=10, exclusions=2))
    assert {rule for rule, what in standing(case.pack, case.encoded, facts.effective_on).items() if what == "assessed"} == {
        "R22",
        "R25",
        "R29",  # reads days of entry, which panels have; nobody there asks to move, so it rules nobody out
    }
    assert (lists.counts["candidates"] + lists.counts["unknown"] > 0).all()
    assert set(lists.candidates["eligible"]) <= {"yes", "unknown"}
