"""Verdicts agree between lists and blocks, and say what they could not assess."""

import time

import numpy as np
import pandas as pd
import pytest

from features.codes import EMPLOYEE_STATUSES, JOB_KINDS, LEGAL_STATUSES, RANKS
from features.errors import UsageError
from rules.encoding import encode
from rules.facts import Facts
from rules.pack import load_pack
from rules.verdicts import block_bits, eligibility_of, explain, judge, standing

AS_OF = pd.Timestamp("2025-11-21")
ON = pd.Timestamp("2026-01-01")
PACK = load_pack()


def random_facts(people, posts, seed):
    """Return facts with every column present and holes everywhere."""
    rng = np.random.default_rng(seed)
    families = [f"family-{n}" for n in range(12)]

    def pick(values, size):
        return pd.Series(rng.choice(np.array([*values, None], dtype=object), size)).astype("str")

    def days(low, high, size):
        dates = pd.Series(pd.to_datetime(low) + pd.to_timedelta(rng.integers(0, high, size), unit="D")).astype("datetime64[us]")
        return dates.where(rng.random(size) > 0.05)

    def number(values, size):
        return pd.Series(rng.choice(np.array([*values, np.nan], dtype=float), size))

    def shared(size):
        kinds = {"job_kind": pick(JOB_KINDS, size), "job_family": pick(families, size), "level": number((10, 20, 21, 30, 40), size)}
        return kinds | {
            "unit_id": pick(("U-1", "U-2"), size),
            "agency_id": pick(("U-1", "U-2"), size),
            "retirement_age": number((58, 60), size),
        }

    employees = pd.DataFrame(
        shared(people) | {
            "status": pick(EMPLOYEE_STATUSES, people), "legal_status": pick(LEGAL_STATUSES[:1] * 9 + LEGAL_STATUSES, people),
            "birth_date": days("1965-01-01", 15000, people), "retires_on": days("2025-06-01", 9000, people),
            "position_id": pick([f"P-{n:05d}" for n in range(posts)], people), "since": days("2015-01-01", 4000, people),
            "education_step": number((3, 6, 7, 9), people), "rank": pick(RANKS, people),
            "rating_last": number((5, 4, 4, 4, 3), people), "rating_last_year": number((2024, 2024, 2023), people),
            "rating_prior": number((5, 4, 4, 4, 3), people), "rating_prior_year": number((2023, 2023, 2022), people),
            "discipline": pick(("none",) * 9 + ("light", "moderate", "heavy"), people),
            "discipline_from": days("2025-01-01", 400, people), "discipline_until": days("2025-06-01", 400, people),
            "discipline_open": pd.Series(rng.random(people) < 0.02).astype("boolean"),
            "set_aside": pick(("disciplines;ranks", "appraisals", *[None] * 20), people),
        }
    )  # fmt: skip
    employees.index = pd.CategoricalIndex([f"E-{n:06d}" for n in range(people)], ordered=True, name="employee_id")
    positions = pd.DataFrame(
        shared(posts) | {
            "min_rank": pick(RANKS, posts), "min_education": pick(("SLTA", "S-1"), posts),
            "education_fields": pick(("law;health", "law", "economics"), posts), "vacant": number((0, 1), posts),
            "strategic": pd.Series(rng.random(posts) < 0.1), "supervisory": pd.Series(rng.random(posts) < 0.2),
            "announced": pd.Series(rng.random(posts) < 0.1),
        }
    )  # fmt: skip
    positions.index = pd.Index([f"P-{n:05d}" for n in range(posts)], name="position_id")
    who = pd.Categorical.from_codes(rng.integers(0, people, 2 * people), dtype=employees.index.dtype)
    experience = pd.DataFrame({"employee_id": who, "job_family": pick(families, len(who)), "months": rng.uniform(1, 90, len(who))})
    experience["step"] = number((1, 2, 3), len(who))
    educations = pd.DataFrame(
        {"employee_id": who, "step": rng.choice([3.0, 6.0, 7.0], len(who)), "field": pick(("law", "health"), len(who))}
    )
    freezes = pd.DataFrame(
        {
            "from_on": [ON],
            "to_on": [ON + pd.Timedelta(days=60)],
            "scope": pd.Series([None], dtype="str"),
            "approval_number": pd.Series([None], dtype="str"),
        }
    )
    return Facts(employees, positions, experience, educations, freezes, AS_OF, ON)


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


def test_a_policy_gates_where_the_city_says_so():
    pack = load_pack(overrides={"R05b": {"mode": "gate"}})
    bit = np.uint64(1 << pack.rule_ids.index("R05b"))
    assert eligibility_of(pack, np.array([bit]), np.array([0], dtype=np.uint64))[0] == -1


def test_a_rule_without_data_is_not_assessed_and_excludes_nobody(facts):
    bare = Facts(
        facts.employees.assign(status=pd.NA, legal_status=pd.NA, rank=pd.NA),
        facts.positions,
        facts.experience,
        facts.educations,
        None,
        AS_OF,
        ON,
    )
    said = standing(PACK, encode(bare), ON)
    assert {rule for rule, what in said.items() if what == "no data"} == {"R01", "R02", "R09", "R24"}
    verdicts = judge(PACK, bare, all_pairs(bare), ON)
    assert (verdicts.codes[:, PACK.rule_ids.index("R01")] == 2).all()
    bits = np.uint64(1 << PACK.rule_ids.index("R01"))
    assert ((verdicts.failed | verdicts.unknown) & bits == 0).all()


def test_rules_not_yet_in_force_are_not_assessed(facts):
    said = standing(PACK, encode(facts), pd.Timestamp("2015-01-01"))
    assert said["R03"] == "not in force"
    assert said["R25"] == "assessed", "demotions are never proposed, whatever the date"


def test_a_rule_without_data_is_explained_as_not_assessed(facts):
    bare = Facts(facts.employees, facts.positions, facts.experience, facts.educations, None, AS_OF, ON)
    row = explain(PACK, bare, all_pairs(bare).head(1), "R24", ON).iloc[0]
    assert row["verdict"] == "not assessed"


def test_explanations_agree_with_the_codes(facts):
    pairs = all_pairs(facts).sample(500, random_state=1)
    verdicts = judge(PACK, facts, pairs, ON)
    names = {1: "pass", 0: "unknown", -1: "fail", 2: "not assessed"}
    for n, rule_id in enumerate(PACK.rule_ids):
        rows = explain(PACK, facts, pairs, rule_id, ON)
        assert rows["verdict"].tolist() == [names[int(code)] for code in verdicts.codes[:, n]]
        assert rows["reason_id"].notna().all()
        assert (rows["cure_id"].isna() == rows["verdict"].isin(["pass", "not assessed"])).all()
        assert not rows["reason_id"].str.contains("{", regex=False).any()


def test_a_pair_nobody_knows_is_refused_with_a_count(facts):
    pairs = pd.DataFrame({"employee_id": ["E-000000", "nobody"], "position_id": ["P-00000", "P-00000"]})
    with pytest.raises(UsageError, match="1 name nobody in service and 0 no position"):
        judge(PACK, facts, pairs, ON)


BITS_SECONDS = 6.0
"""A quarter of the pairs of 8,000 x 1,600 (15 s on one core asked, about 2 s measured for all); slack for busy machines."""


@pytest.mark.slow
def test_bits_of_a_quarter_of_a_large_city_are_fast():
    encoded = encode(random_facts(8000, 400, seed=2))
    start = time.process_time()
    for first in range(0, 400, 16):
        block_bits(PACK, encoded, np.arange(first, first + 16), ON)
    assert time.process_time() - start < BITS_SECONDS
