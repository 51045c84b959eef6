"""Who could help where demand surges."""

import pandas as pd

from placement.need import NeedParams, needs
from placement.staffing.departures import departures, movable
from placement.staffing.reinforcement import HelpParams, reinforcements
from rules.pack import load_pack

PACK = load_pack()
NOBODY = pd.DataFrame({"position_id": [], "employee_id": [], "eligible": [], "net_value": []})


PARAMS = HelpParams()


def helpers(known, facts, candidates=NOBODY, rise=0.6, unit="U-1", params=PARAMS):
    there = facts(known)
    need = needs(known, there, PACK, NeedParams())
    candidates = candidates.astype({"employee_id": there.employees.index.dtype})
    surging = pd.DataFrame({"unit_id": [unit], "surge_rise": [rise]})
    held = departures(there, PACK)
    free = held[movable(held, PACK, there.effective_on)]
    found = reinforcements(surging, there, free, need, candidates, params)
    return found.assign(employee_id=found["employee_id"].astype("str"))


def test_the_experienced_of_a_better_staffed_unit_come_on_loan_longest_first(tables, facts) -> None:
    found = helpers(tables(), facts)
    assert found["employee_id"].tolist() == ["E-2", "E-3"]  # E-4 came half a year ago, E-5 knows another family
    assert found["way"].eq("temporary").all()
    assert (found["from_fill"] > found["to_fill"]).all()


def test_nobody_is_lent_by_a_unit_that_would_then_be_the_worse_staffed(tables, facts) -> None:
    analysis = {"unit_id": "U-2", "position_id": "P-2", "period_start": "2024-01-01", "period_end": "2024-12-31", "needed": 9}
    assert helpers(tables(workloads=[analysis]), facts).empty


def test_who_may_be_moved_into_a_free_seat_comes_for_good(tables, facts) -> None:
    pairs = pd.DataFrame({
        "position_id": ["P-1", "P-1"], "employee_id": ["E-3", "E-2"], "eligible": ["yes", "unknown"], "net_value": [0.4, 0.9],
    })  # fmt: skip
    found = helpers(tables(), facts, pairs).set_index("employee_id")
    assert found.loc["E-3", ["way", "position_id", "rank"]].tolist() == ["definitive", "P-1", 1]
    assert found.loc["E-2", "way"] == "temporary"  # unknown cannot be signed


def test_past_work_in_the_family_counts(tables, facts) -> None:
    past = {"employee_id": "E-5", "position_id": "P-1", "start_on": "2010-01-01", "end_on": "2017-12-31"}
    analysis = {"unit_id": "U-2", "position_id": "P-3", "period_start": "2024-01-01", "period_end": "2024-12-31", "needed": 0.1}
    assert "E-5" not in set(helpers(tables(assignments=[past]), facts)["employee_id"])  # the only one in law there
    pairs = pd.DataFrame({"position_id": ["P-1"], "employee_id": ["E-5"], "eligible": ["yes"], "net_value": [0.4]})
    found = helpers(tables(assignments=[past], workloads=[analysis]), facts, pairs).set_index("employee_id")
    assert found.loc["E-5", "months"] > 90


def test_the_list_is_no_longer_than_asked(tables, facts) -> None:
    assert len(helpers(tables(), facts, params=HelpParams(shown=1))) == 1
