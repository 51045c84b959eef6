"""Verdicts agree between lists and blocks, and say what they could not assess."""

import time
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from benchmarks.rules.city import ON, random_facts
from features.errors import UsageError
from rules.encoding import encode
from rules.pack import load_pack
from rules.verdicts import asking, block_bits, eligibility_of, explain, judge, standing

PACK = load_pack()


@pytest.fixture(scope="module")
def facts():
    return random_facts(300, 40, seed=1)


def all_pairs(facts):
    return pd.MultiIndex.from_product(
        [facts.positions.index, facts.employees.index], names=["position_id", "employee_id"]
    ).to_frame(index=False)


def test_blocks_and_lists_give_the_same_bits(facts):
    pairs = all_pairs(facts)
    verdicts = judge(PACK, facts, pairs, ON)
    failed, unknown = block_bits(PACK, encode(facts), np.arange(len(facts.positions)), ON)
    assert (verdicts.failed == failed.ravel()).all()
    assert (verdicts.unknown == unknown.ravel()).all()


def test_every_verdict_occurs_and_the_bits_follow_the_codes(facts):
    verdicts = judge(PACK, facts, all_pairs(facts), ON)
    assert {-1, 0, 1} <= set(np.unique(verdicts.codes))
    for n in range(len(PACK.rules)):
        bit = np.uint64(1 << n)
        assert ((verdicts.failed & bit != 0) == (verdicts.codes[:, n] == -1)).all()
        assert ((verdicts.unknown & bit != 0) == (verdicts.codes[:, n] == 0)).all()


def test_eligibility_follows_severity():
    bit = {rule_id: np.uint64(1 << n) for n, rule_id in enumerate(PACK.rule_ids)}
    none = np.uint64(0)

    def of(failed, unknown):
        return int(eligibility_of(PACK, np.array([failed]), np.array([unknown]))[0])

    assert of(none, none) == 1
    assert of(bit["R03"], none) == -1, "a failed gate rules out"
    assert of(none, bit["R03"]) == 0, "an unknown gate is unknown"
    assert of(bit["R24"], none) == 0, "an approval not recorded is unresolved, not a refusal"
    assert of(bit["R04"], none) == 1, "a flag is only shown"
    assert of(bit["R05b"], none) == 1, "a policy warns"
    assert of(bit["R22"], none) == 1, "vacancy gates only the plan"
    assert of(none, bit["R18"]) == 1, "a missing letter of the Inspectorate warns"
    assert of(bit["R18"], none) == -1, "open findings rule out"


def test_a_policy_gates_where_the_city_says_so():
    pack = load_pack(overrides={"R05b": {"mode": "gate"}})
    bit = np.uint64(1 << pack.rule_ids.index("R05b"))
    assert eligibility_of(pack, np.array([bit]), np.array([0], dtype=np.uint64))[0] == -1


def test_a_rule_without_data_is_not_assessed_and_excludes_nobody(facts):
    bare = replace(
        facts,
        employees=facts.employees.assign(status=pd.NA, legal_status=pd.NA, rank=pd.NA),
        competencies=facts.competencies.iloc[:0],
        certificates=None,
        kin=None,
        freezes=None,
    )
    said = standing(PACK, encode(bare), ON)
    assert {rule for rule, what in said.items() if what == "no data"} == {"R01", "R02", "R09", "R20", "R24", "R27", "R32"}
    verdicts = judge(PACK, bare, all_pairs(bare), ON)
    assert (verdicts.codes[:, PACK.rule_ids.index("R01")] == 2).all()
    bits = np.uint64(1 << PACK.rule_ids.index("R01"))
    assert ((verdicts.failed | verdicts.unknown) & bits == 0).all()


def test_rules_not_yet_in_force_are_not_assessed(facts):
    said = standing(PACK, encode(facts), pd.Timestamp("2015-01-01"))
    assert said["R03"] == "not in force"
    assert said["R25"] == "assessed", "demotions are never proposed, whatever the date"


def test_a_rule_without_data_is_explained_as_not_assessed(facts):
    bare = replace(facts, freezes=None)
    pairs = all_pairs(bare).head(1)
    row = explain(PACK, bare, pairs, ON, asking(PACK, pairs, ["R24"])).iloc[0]
    assert row["rule_id"] == "R24"
    assert row["verdict"] == "not assessed"


def test_explanations_agree_with_the_codes(facts):
    pairs = all_pairs(facts).sample(500, random_state=1)
    verdicts = judge(PACK, facts, pairs, ON)
    names = {1: "pass", 0: "unknown", -1: "fail", 2: "not assessed"}
    said = explain(PACK, facts, pairs, ON)
    assert said["rule_id"].unique().tolist() == list(PACK.rule_ids)
    for n, (rule_id, rows) in enumerate(said.groupby("rule_id", sort=False)):
        assert rows["pair"].tolist() == list(range(len(pairs)))
        assert rows["verdict"].tolist() == [names[int(code)] for code in verdicts.codes[:, n]]
        assert rows["reason_id"].notna().all()
        assert (rows["cure_id"].isna() == rows["verdict"].isin(["pass", "not assessed"])).all()
        for text in ("reason_id", "reason_en", "cure_id", "cure_en", "cure_short_id", "cure_short_en"):
            assert not rows[text].str.contains("{", regex=False).any(), (rule_id, text)


def test_only_what_is_asked_is_explained_and_as_if_everything_were(facts):
    pairs = all_pairs(facts).sample(40, random_state=2)
    asked = np.random.default_rng(3).random((len(pairs), len(PACK.rules))) < 0.1
    expected = explain(PACK, facts, pairs, ON)
    place = expected["rule_id"].map({rule_id: n for n, rule_id in enumerate(PACK.rule_ids)})
    expected = expected[asked[expected["pair"], place]].reset_index(drop=True)
    pd.testing.assert_frame_equal(explain(PACK, facts, pairs, ON, asked), expected)
    nothing = explain(PACK, facts, pairs, ON, np.zeros_like(asked))
    assert nothing.empty
    assert (nothing.dtypes == expected.dtypes).all()


def test_a_pair_nobody_knows_is_refused_with_a_count(facts):
    pairs = pd.DataFrame({"employee_id": ["E-000000", "nobody"], "position_id": ["P-00000", "P-00000"]})
    with pytest.raises(UsageError, match="1 name nobody in service and 0 no position"):
        judge(PACK, facts, pairs, ON)


BITS_SECONDS = 6.0
"""A quarter of the pairs of 8,000 x 1,600; `benchmarks/rules/bits.py` measures 20,000 x 2,000. Slack for busy machines."""


@pytest.mark.slow
def test_bits_of_a_quarter_of_a_large_city_are_fast():
    encoded = encode(random_facts(8000, 400, seed=2))
    start = time.process_time()
    for first in range(0, 400, 16):
        block_bits(PACK, encoded, np.arange(first, first + 16), ON)
    assert time.process_time() - start < BITS_SECONDS
