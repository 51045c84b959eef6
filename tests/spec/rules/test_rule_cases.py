"""The drawn tables of the rules: every rule passes, fails and is unknown where it should be, to the day."""

from pathlib import Path

import pandas as pd
import pytest
import yaml

from rules.documentation import rules_page
from rules.facts import Facts, packed, unpacked
from rules.pack import load_pack
from rules.verdicts import explain, judge

HERE = Path(__file__).parent
TABLES = yaml.safe_load((HERE / "cases.yaml").read_text(encoding="utf-8"))
BASE = TABLES.pop("base")
CASES = [(rule_id, case) for rule_id, cases in TABLES.items() for case in cases]
DATES = ("birth_date", "retires_on", "since", "discipline_from", "discipline_until", "from_on", "to_on")
NUMBERS = (
    "level",
    "retirement_age",
    "education_step",
    "vacant",
    "rating_last",
    "rating_last_year",
    "rating_prior",
    "rating_prior_year",
)
PACK = load_pack()
PAIR = pd.DataFrame({"employee_id": ["E-1"], "position_id": ["P-new"]})


def typed(frame):
    dates = {name: pd.to_datetime(frame[name]).astype("datetime64[us]") for name in DATES if name in frame}
    numbers = {name: frame[name].astype("float64") for name in NUMBERS if name in frame}
    flags = {
        name: frame[name].astype("boolean")
        for name in ("discipline_open", "strategic", "supervisory", "announced")
        if name in frame
    }
    rest = {name: frame[name].astype("str") for name in frame if name not in {**dates, **numbers, **flags}}
    return frame.assign(**dates, **numbers, **flags, **rest)


def facts_of(case):
    """Return the facts of one case; a second, complete person and post keep every column assessed."""
    person, post = ({**BASE[name], **case.get(name, {})} for name in ("person", "post"))
    other = {**BASE["post"], "min_rank": "I/a", "min_education": "SD", "education_fields": "law", "retirement_age": 58}
    ids = pd.CategoricalIndex(["E-1", "E-2"], ordered=True, name="employee_id")
    employees = pd.DataFrame([person, BASE["person"]], index=ids)
    positions = pd.DataFrame([post, BASE["post"], other], index=pd.Index(["P-new", "P-now", "P-other"], name="position_id"))
    experience = pd.DataFrame(case.get("experience", BASE["experience"]), columns=["job_family", "step", "months"])
    educations = pd.DataFrame(case.get("educations", BASE["educations"]), columns=["step", "field"])
    freezes = pd.DataFrame(case.get("freezes", BASE["freezes"]), columns=["from_on", "to_on", "scope", "approval_number"])
    return Facts(
        employees=typed(employees),
        positions=typed(positions),
        experience=experience.astype({"job_family": "str", "step": "float64", "months": "float64"}).assign(
            employee_id=pd.Categorical(["E-1"] * len(experience), dtype=ids.dtype)
        ),
        educations=educations.astype({"step": "float64", "field": "str"}).assign(
            employee_id=pd.Categorical(["E-1"] * len(educations), dtype=ids.dtype)
        ),
        freezes=typed(freezes),
        as_of=pd.Timestamp(case.get("as_of", BASE["as_of"])),
        effective_on=pd.Timestamp(case.get("effective_on", BASE["effective_on"])),
    )


def pack_of(rule_id, case):
    return load_pack(overrides={rule_id: case["params"]}) if "params" in case else PACK


def explained(rule_id, case, facts=None):
    facts = facts or facts_of(case)
    return explain(pack_of(rule_id, case), facts, PAIR, rule_id, facts.effective_on).iloc[0]


@pytest.mark.parametrize(("rule_id", "case"), CASES, ids=[f"{rule_id}: {case['case']}" for rule_id, case in CASES])
def test_rule_gives_the_drawn_verdict_reason_and_cure(rule_id, case):
    found = explained(rule_id, case)
    assert found["verdict"] == case["verdict"]
    assert case.get("says", "") in found["reason_id"]
    assert case.get("cure", "") in ("" if pd.isna(found["cure_id"]) else found["cure_id"])
    assert (found["cure_date"] is pd.NaT) if "from" not in case else (found["cure_date"] == pd.Timestamp(case["from"]))


@pytest.mark.parametrize(("rule_id", "case"), [c for c in CASES if "from" in c[1]])
def test_the_pair_passes_on_its_cure_date_and_not_the_day_before(rule_id, case):
    due = pd.Timestamp(case["from"])
    before = (due - pd.Timedelta(days=1)).date()
    assert explained(rule_id, {**case, "effective_on": due.date()})["verdict"] == "pass"
    assert explained(rule_id, {**case, "effective_on": before})["verdict"] == "fail"


def test_every_rule_has_a_pass_a_fail_and_an_unknown_case():
    drawn = {rule.id: {case["verdict"] for case in TABLES[rule.id]} for rule in PACK.rules}
    never_fails = {"R13"}  # a missing year is unknown by design, never a failure
    assert all(
        verdicts >= ({"pass", "unknown"} if rule in never_fails else {"pass", "fail", "unknown"})
        for rule, verdicts in drawn.items()
    )


@pytest.mark.parametrize(("rule_id", "case"), CASES[::12])
def test_published_facts_give_the_same_verdicts(rule_id, case):
    facts = facts_of(case)
    pack = pack_of(rule_id, case)
    again = unpacked(*packed(facts))
    assert (judge(pack, facts, PAIR, facts.effective_on).codes == judge(pack, again, PAIR, facts.effective_on).codes).all()


def test_the_page_of_rules_is_rendered_from_pack_and_cases():
    page = Path("docs/rules.md").read_text(encoding="utf-8")
    assert page == rules_page(PACK, TABLES, BASE), "run `python tests/spec/rules/render.py` and review the difference"
