"""The drawn tables of the rules: every rule passes, fails and is unknown where it should be, to the day."""

from pathlib import Path

import pandas as pd
import pytest

from rules.documentation import rules_page
from rules.facts import packed, unpacked
from rules.pack import load_pack
from rules.verdicts import asking, explain, judge

PACK = load_pack()
ONE_DAY = pd.Timedelta(days=1)
NEVER_FAILS = {"R13"}
"""A missing year is unknown by design, never a failure."""


@pytest.fixture(scope="session")
def explained(drawn):
    """Return what a rule says of its case on the day drawn, or on another."""

    def explained(rule_id, case, on=None):
        place = drawn.place[id(case)]
        pack = load_pack(overrides={rule_id: case["params"]}) if "params" in case else PACK
        pair = drawn.pair_of(place)
        asked = asking(pack, pair, [rule_id])
        return explain(pack, drawn.encoded[place], pair, on or drawn.day_of(case), asked).iloc[0]

    return explained


def test_rule_gives_the_drawn_verdict_reason_and_cure(rule_id, case, explained):
    found = explained(rule_id, case)
    assert found["verdict"] == case["verdict"]
    assert case.get("says", "") in found["reason_id"]
    assert case.get("cure", "") in ("" if pd.isna(found["cure_id"]) else found["cure_id"])
    if "approvals" not in case:
        assert (found["cure_date"] is pd.NaT) if "from" not in case else (found["cure_date"] == pd.Timestamp(case["from"]))


@pytest.mark.which(lambda n, case: "from" in case)
def test_the_pair_passes_on_its_cure_date_and_not_the_day_before(rule_id, case, explained):
    due = pd.Timestamp(case["from"])
    assert explained(rule_id, case, due)["verdict"] == "pass"
    assert explained(rule_id, case, due - ONE_DAY)["verdict"] == "fail"


@pytest.mark.which(lambda n, case: "edge" in case)
def test_the_verdict_turns_on_the_day_drawn_as_an_edge(rule_id, case, explained, drawn):
    before, after = (explained(rule_id, case, drawn.day_of(case) + days)["verdict"] for days in (-ONE_DAY, ONE_DAY))
    expected = {"later": (True, False), "earlier": (False, True), "same": (True, True)}[case["edge"]]
    assert (before == case["verdict"], after == case["verdict"]) == expected


def test_every_rule_has_a_pass_a_fail_an_unknown_and_an_edge_case(drawn):
    for rule in PACK.rules:
        cases = drawn.tables[rule.id]
        wanted = {"pass", "unknown"} if rule.id in NEVER_FAILS else {"pass", "fail", "unknown"}
        assert {case["verdict"] for case in cases} >= wanted, rule.id
        assert any("edge" in case for case in cases), rule.id
    assert set(drawn.tables) == set(PACK.rule_ids)


def test_published_facts_give_the_same_verdicts(drawn):
    for facts in drawn.cities:
        mine = [place for place, city in drawn.encoded.items() if city.employee_ids[0] == facts.employees.index[0]]
        pairs = pd.concat([drawn.pair_of(place) for place in mine], ignore_index=True)
        codes = [judge(PACK, one, pairs, facts.effective_on).codes for one in (facts, unpacked(*packed(facts)))]
        assert (codes[0] == codes[1]).all()


def test_the_page_of_rules_is_rendered_from_pack_and_cases(drawn):
    page = Path("docs/rules.md").read_text(encoding="utf-8")
    assert page == rules_page(PACK, drawn.tables, drawn.base), "run `python tests/spec/rules/render.py` and review the difference"
