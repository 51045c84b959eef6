"""A clearance that was over when the data end says so on the employee's page."""

from serving.pages.employees import told_clearances


def test_a_clearance_is_over_from_the_day_after_its_last() -> None:
    facts = {
        "clearance_health": "clear", "clearance_health_until": "2026-03-22",
        "clearance_bond": "clear", "clearance_bond_until": "2026-03-21",
    }  # fmt: skip
    told = {kind: (until, over) for kind, _, until, over in told_clearances(facts, {"as_of": "2026-03-22"})}
    assert told["health"] == ("2026-03-22", False)
    assert told["bond"] == ("2026-03-21", True)
