"""Which of today's pairs another pack flips, and why."""

from dataclasses import replace

import pandas as pd
import pytest

from benchmarks.rules.city import ON, random_facts
from rules.difference import difference
from rules.pack import load_pack
from rules.verdicts import judge

OLD = load_pack()
NEW = load_pack(overrides={"R03": {"months": 36}, "R05b": {"mode": "gate"}})


@pytest.fixture(scope="module")
def facts():
    """Return a city in which most rules pass, so that few decide."""
    city = random_facts(200, 24, seed=3)
    clear = {f"clearance_{kind}": "clear" for kind in ("court", "study", "bond", "audit", "competency_test")}
    until = {f"{name}_until": pd.NaT for name in clear}
    settled = {"legal_status": "active", "status": "PNS", "rank": "IV/e", "education_step": 9.0, "level": 10.0,
               "discipline": "none", "discipline_open": False, "set_aside": None, "rating_last_year": 2024.0,
               "rating_prior_year": 2023.0,
               "rating_last": 4.0, "rating_prior": 4.0, "assessed_on": ON, "second_post": False, "job_kind": "staff"}  # fmt: skip
    posts = city.positions.assign(certificates=None, education_fields=None, min_education=None, job_kind="staff", level=10.0)
    people = city.employees.assign(**clear, **until, **settled)
    return replace(city, employees=people.astype(city.employees.dtypes), positions=posts.astype(city.positions.dtypes))


@pytest.fixture(scope="module")
def found(facts):
    return difference(OLD, NEW, facts, ON)


def test_the_same_pack_changes_nothing(facts):
    same = difference(OLD, OLD, facts, ON)
    assert len(same.rules) == len(same.counts) == len(same.flips) == len(same.examples) == 0


def test_what_differs_in_the_packs_is_listed(found):
    listed = {(row.rule_id, row.part): (row.old, row.new) for row in found.rules.itertuples()}
    assert listed == {("R03", "params.months"): ("24", "36"), ("R05b", "mode"): ("warn", "gate")}


def test_counts_are_those_of_judging_every_pair_twice(facts, found):
    pairs = facts.positions.reset_index()[["position_id"]].merge(facts.employees.reset_index()[["employee_id"]], how="cross")
    held = pairs["employee_id"].astype("str").map(facts.employees["position_id"].set_axis(facts.employees.index.astype("str")))
    pairs = pairs[held.fillna("").to_numpy() != pairs["position_id"].to_numpy()]
    both = pd.DataFrame({"old": judge(OLD, facts, pairs, ON).eligible, "new": judge(NEW, facts, pairs, ON).eligible})
    flipped = both[both["old"] != both["new"]].value_counts()
    assert flipped.sum() > 0
    assert found.counts.set_index(["old", "new"])["pairs"].to_dict() == flipped.to_dict()


def test_only_the_rules_that_differ_are_blamed_and_told_by_their_reasons(found):
    assert set(found.flips["rule_id"]) == {"R03", "R05b"}
    told = found.examples[found.examples["rule_id"] == "R03"].iloc[0]
    assert "syarat 24" in told["old_reason_id"]
    assert "syarat 36" in told["new_reason_id"]
