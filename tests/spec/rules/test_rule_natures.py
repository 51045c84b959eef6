"""What each rule is beside its predicate: whom it rules out, from when, who may waive it, what it needs; any change is seen."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml

from benchmarks.rules.city import ON, random_facts
from rules.encoding import encode
from rules.pack import Approvable, assembled, load_pack
from rules.verdicts import ELIGIBLE, eligibility_of, incurable_mask, standing

PACK = load_pack()
NATURES = yaml.safe_load((Path(__file__).parent / "natures.yaml").read_text(encoding="utf-8"))
ONE_DAY = pd.Timedelta(days=1)
BIT, NONE = np.array([1], dtype=np.uint64), np.array([0], dtype=np.uint64)


def alone(rule):
    """Return a pack of one rule: its bit is the first."""
    return assembled("one", (rule,), (), PACK.wording)


@pytest.fixture(scope="module")
def encoded():
    return encode(random_facts(20, 6, seed=1))


def eligible(rule, failed, unknown):
    return ELIGIBLE[int(eligibility_of(alone(rule), failed, unknown)[0])]


def judged_since(rule, encoded, since):
    """Return whether the rule is judged from ``since`` on (None: on any day), not the day before, and still is."""
    early = pd.Timestamp("1990-01-01") if since is None else pd.Timestamp(since)
    days = [early - ONE_DAY, early, ON, pd.Timestamp("2060-01-01")]
    said = [standing(alone(rule), encoded, day)[rule.id] != "not in force" for day in days]
    return said == [since is None, True, True, True]


def assessed_without(rule, encoded, absent):
    return standing(alone(rule), replace(encoded, present=encoded.present - set(absent)), ON)[rule.id] == "assessed"


def unlike(rule, encoded):
    """Return in what a rule is not what the drawn nature says."""
    drawn = NATURES[rule.id]
    gated = eligible(rule.model_copy(update={"mode": "gate"}), BIT, NONE) if rule.severity == "policy" else None
    waived = rule.approval and {"present": rule.approval.present_kinds, "target": rule.approval.target_kinds}
    groups = drawn["without"]
    found = {
        "fails": eligible(rule, BIT, NONE) == drawn["fails"],
        "unknown": eligible(rule, NONE, BIT) == drawn["unknown"],
        "gated": gated == drawn.get("gated"),
        "on": standing(alone(rule), replace(encoded, present=encoded.present | {c for g in groups for c in g}), ON)[rule.id]
        == "assessed",
        "cured": (incurable_mask(alone(rule)) == 0) == drawn.get("cured", True),
        "since": judged_since(rule, encoded, drawn.get("since")),
        "waived": waived == drawn.get("waived"),
        "without": not any(assessed_without(rule, encoded, group) for group in groups),
        "needs no more": set(rule.needs) == {"|".join(group) for group in groups},
        "lost": rule.lost_rows == drawn.get("lost", {}),
    }
    return {name for name, right in found.items() if not right}


@pytest.mark.parametrize("rule", PACK.rules, ids=PACK.rule_ids)
def test_every_rule_is_what_the_catalogue_says(rule, encoded):
    assert not unlike(rule, encoded)


def changes(rule):
    """Yield what a rule could be instead, field by field."""
    for severity in {"gate", "approval", "policy", "flag"} - {rule.severity}:
        yield {"severity": severity}
    if rule.severity == "policy":
        yield from ({"mode": mode} for mode in ("off", "gate"))
    yield {"stage": "plan" if rule.stage == "list" else "list"}
    yield {"curable": not rule.curable}
    yield {"unknown_warns": not rule.unknown_warns}
    day = pd.Timestamp(rule.valid_from or "2015-01-01")
    yield from ({"valid_from": moved.date()} for moved in (day + ONE_DAY, day - ONE_DAY))
    yield {"valid_to": (ON - ONE_DAY).date()}
    yield {"approval": None if rule.approval else Approvable(by=rule.title)}
    if rule.approval:
        for name in ("present_kinds", "target_kinds"):
            kinds = getattr(rule.approval, name)
            yield {"approval": rule.approval.model_copy(update={name: [] if kinds else ["staff"]})}
    for n, need in enumerate(rule.needs):
        yield {"needs": [*rule.needs[:n], *rule.needs[n + 1 :]]}
        yield from ({"needs": [*rule.needs[:n], one, *rule.needs[n + 1 :]]} for one in need.split("|") if "|" in need)
    yield {"needs": [*rule.needs, "employees.unheard_of"]}
    for table, end in rule.lost_rows.items():
        yield {"lost_rows": {**rule.lost_rows, table: "pass" if end != "pass" else "fail"}}
        yield {"lost_rows": {name: kept for name, kept in rule.lost_rows.items() if name != table}}
    yield {"lost_rows": {**rule.lost_rows, "surveys": "both"}}


NO_DIFFERENCE = {
    ("flag", "unknown_warns"): "not knowing never held back a pair that a flag only shows",
    ("policy", "unknown_warns"): "the same, while the policy warns",
    ("flag", "stage"): "a flag gates nothing at either stage",
    ("policy", "stage"): "nor does a policy that warns",
    ("approval", "stage"): "an approval is no gate",
    ("plan", "severity"): "a rule of the plan gates no list, whatever it is",
    ("plan", "unknown_warns"): "nor does its being unknown",
}
"""Fields (with the severity, or the stage, of the rule) that change nothing for it, and why."""


@pytest.mark.parametrize("rule", PACK.rules, ids=PACK.rule_ids)
def test_changing_what_a_rule_is_is_seen(rule, encoded):
    living = [change for change in changes(rule) if not unlike(rule.model_copy(update=change), encoded)]
    kinds = {rule.severity, rule.stage}
    spared = {field for kind, field in NO_DIFFERENCE if kind in kinds}
    assert [change for change in living if not set(change) <= spared] == []


def test_every_wave_rule_bars_a_plan_or_does_not():
    for rule in PACK.wave_rules:
        drawn = NATURES[rule.id]
        assert rule.gates == drawn["bars"], rule.id
        gated = rule.model_copy(update={"mode": "gate"}).gates if rule.severity == "policy" else None
        assert gated == drawn.get("gated"), rule.id
    assert set(NATURES) == {rule.id for rule in (*PACK.rules, *PACK.wave_rules)}
