"""The lists of a run hold what judging, scoring and ranking every single pair would give."""

import numpy as np
import pandas as pd
import pytest

from features.as_of import default_as_of, default_effective_on, known_at
from placement.beside import beside, competency_gaps
from placement.estimates import PairByPair
from placement.lists import ListParams, list_slab, lists_of, make_case, make_lists, score_pairs
from placement.need import NeedParams, needs
from placement.net_value import ValueParams
from placement.ranking import rank
from rules.facts import collect_facts
from rules.pack import load_pack
from rules.verdicts import judge

PARAMS = ListParams(shortlist=20, best_positions=5, candidates=30, exclusions=4, explained=3)


@pytest.fixture(scope="module")
def known(small_tables):
    return known_at(small_tables, default_as_of(small_tables))


@pytest.fixture(scope="module")
def facts(known):
    as_of = default_as_of(known)
    return collect_facts(known, as_of, default_effective_on(as_of))


@pytest.fixture(scope="module")
def need(known, facts):
    return needs(known, facts, load_pack(), NeedParams())


@pytest.fixture(scope="module")
def case(facts, need):
    return make_case(facts, load_pack(), need, ValueParams(), supported=True)


def _invented(pairs):
    """Return estimates that depend on the pair alone, as a model's would."""
    person, post = pairs["employee_id"].cat.codes.to_numpy(), pairs["position_id"].str[-4:].astype(int).to_numpy()
    stay, uplift, half = np.sin(person * 12.9898), 0.3 * np.sin(person * 78.233 + post * 3.7), 0.2 + 0.1 * np.cos(person)
    grade = pd.Categorical.from_codes((person + post) % 4, list("ABCD"), ordered=True)
    frame = {
        "stay_outlook": stay,
        "expected_in_post": stay + uplift,
        "uplift": uplift,
        "lower": uplift - half,
        "upper": uplift + half,
        "realised_lower": uplift - 2.0,
        "realised_upper": uplift + 2.0,
    }
    return pd.DataFrame({**frame, "grade": grade, "overlap": 0.5, "novelty": 0.1}, index=pairs.index)


invented_estimates = PairByPair(_invented)


@pytest.fixture(scope="module")
def lists(case):
    return make_lists(case, invented_estimates, PARAMS)


@pytest.fixture(scope="module")
def everything(case, facts):
    """Return every pair judged and scored one by one, the slow and plain way."""
    return scored_one_by_one(case, facts, np.arange(len(facts.employees)), facts.positions.index[::20])


def scored_one_by_one(case, facts, people, posts):
    """Return every pair of ``people`` (places) and ``posts`` but the ones held, judged and scored."""
    pairs = pd.DataFrame(
        {"employee_id": facts.employees.index.take(np.tile(people, len(posts))), "position_id": np.repeat(posts, len(people))}
    )
    held = np.tile(facts.employees["position_id"].to_numpy()[people], len(posts))
    return score_pairs(case, pairs[held != pairs["position_id"].to_numpy()], invented_estimates)


def test_a_shortlist_is_the_head_of_the_ranking_of_every_pair(lists, everything):
    ranked = rank(everything[everything["eligible"] != "no"])
    head = ranked[ranked["rank"] <= PARAMS.candidates].reset_index(drop=True)
    listed = lists.candidates[lists.candidates["rank"] <= PARAMS.candidates]
    ours = listed[listed["position_id"].isin(head["position_id"])].reset_index(drop=True)
    columns = ["position_id", "employee_id", "rank", "band", "eligible", "net_value", "verdict_bits"]
    pd.testing.assert_frame_equal(ours[columns], head[columns], check_dtype=False)


def test_a_plan_finds_as_many_eligible_people_as_there_are_whoever_fills_the_list(case, lists, everything):
    eligible = everything[everything["eligible"] == "yes"].groupby("position_id").size().clip(upper=PARAMS.candidates)
    kept = lists.candidates[lists.candidates["eligible"] == "yes"].groupby("position_id").size()
    assert (kept.reindex(eligible.index).fillna(0) >= eligible).all()
    beyond = lists.candidates[lists.candidates["rank"] > PARAMS.candidates]
    assert len(beyond)
    assert (beyond["eligible"] == "yes").all()
    assert not lists.candidates.duplicated(["position_id", "employee_id"]).any()


def test_block_size_changes_nothing(case, lists):
    again = make_lists(case, invented_estimates, PARAMS, pairs_at_once=1)
    for name in ("candidates", "best_positions", "exclusions", "counts"):
        keys = [key for key in ("position_id", "employee_id", "rule_id", "rank") if key in getattr(lists, name)]
        ours, theirs = (getattr(found, name).sort_values(keys, ignore_index=True) for found in (lists, again))
        pd.testing.assert_frame_equal(ours, theirs)


def test_slabs_made_apart_are_put_together_to_the_same_lists(case, lists):
    posts = np.arange(len(case.encoded.position_ids))
    cuts = np.split(posts, [7, 60, len(posts) - 1])
    slabs = [list_slab(case, invented_estimates, PARAMS, cut) for cut in cuts]
    again = lists_of(case, slabs, invented_estimates, PARAMS)
    for name in ("candidates", "best_positions", "counts"):
        pd.testing.assert_frame_equal(getattr(again, name), getattr(lists, name), check_exact=True)
    keys = ["position_id", "employee_id", "rule_id"]
    for name, by in (("exclusions", keys), ("rule_counts", ["position_id", "rule_id"])):
        ours, theirs = (getattr(found, name).sort_values(by, kind="stable", ignore_index=True) for found in (lists, again))
        pd.testing.assert_frame_equal(ours, theirs, check_exact=True)


def test_counts_are_those_of_every_pair(lists, everything):
    counted = everything.groupby(["position_id", "eligible"]).size().unstack(fill_value=0)
    ours = lists.counts.set_index("position_id").loc[counted.index]
    assert ours["candidates"].tolist() == counted["yes"].tolist()
    assert ours["unknown"].tolist() == counted["unknown"].tolist()
    assert ours["excluded"].tolist() == counted["no"].tolist()


def test_nobody_ruled_out_is_listed_and_no_holder_is_a_candidate_for_the_own_post(lists, facts, case):
    pairs = lists.candidates[["employee_id", "position_id"]]
    assert "no" not in judge(case.pack, facts, pairs, facts.effective_on).eligible
    held = pairs["employee_id"].astype("str").map(facts.employees["position_id"].set_axis(facts.employees.index.astype("str")))
    assert not held.eq(pairs["position_id"]).any()


def test_no_list_proposes_a_demotion(lists, facts):
    target = lists.candidates["position_id"].map(facts.positions["level"]) // 10
    present = (
        lists.candidates["employee_id"].astype("str").map(facts.employees["level"].set_axis(facts.employees.index.astype("str")))
        // 10
    )
    assert not (target < present).any()


def test_best_positions_of_a_person_are_the_best_of_all_posts(case, facts, lists):
    some = np.arange(0, len(facts.employees), 20)
    scored = scored_one_by_one(case, facts, some, facts.positions.index)
    scored = scored[scored["eligible"] != "no"]
    order = ["employee_id", "net_value", "position_id"]
    best = (
        scored.sort_values(order, ascending=[True, False, True])
        .groupby("employee_id", observed=True)
        .head(2 * PARAMS.best_positions)
    )
    ranked = rank(best, by="employee_id")
    expected = ranked[ranked["rank"] <= PARAMS.best_positions]
    ours = lists.best_positions[lists.best_positions["employee_id"].isin(facts.employees.index.take(some))]
    columns = ["position_id", "rank", "band", "net_value"]
    pd.testing.assert_frame_equal(ours[columns].reset_index(drop=True), expected[columns].reset_index(drop=True))


def test_exclusions_name_the_rule_with_its_values_and_a_cure(lists):
    fails = lists.exclusions[lists.exclusions["verdict"] == "fail"]
    assert len(fails)
    assert fails[["reason_id", "reason_en", "cure_id", "cure_en", "legal_reference"]].notna().all().all()
    per_post = fails.groupby("position_id")["employee_id"].nunique()
    assert per_post.max() <= PARAMS.exclusions


def test_open_rules_of_the_first_candidates_are_explained(lists):
    head = lists.candidates[(lists.candidates["rank"] <= PARAMS.explained) & (lists.candidates["eligible"] == "unknown")]
    assert len(head), "the small city should hold candidates with unknown rules"
    explained = set(
        map(
            tuple,
            lists.exclusions.loc[lists.exclusions["verdict"] != "fail", ["position_id", "employee_id"]].astype(str).to_numpy(),
        )
    )
    assert set(map(tuple, head[["position_id", "employee_id"]].astype(str).to_numpy())) <= explained


def test_without_support_nothing_is_ranked_by_uplift(facts, need):
    case = make_case(facts, load_pack(), need, ValueParams(), supported=False)
    listed = make_lists(case, invented_estimates, PARAMS).candidates
    assert set(listed["band"]) == {1}
    for _, part in listed[listed["eligible"] == "yes"].groupby("position_id"):
        assert part["expected_in_post"].is_monotonic_decreasing


def test_every_unit_and_family_with_posts_has_a_need(need, facts):
    assert set(zip(need["unit_id"], need["job_family"], strict=True)) == set(
        zip(facts.positions["unit_id"], facts.positions["job_family"].fillna(""), strict=True)
    )
    assert (need["gap"] == need["need"] - need["filled"]).all()
    assert need["filled"].sum() == facts.positions["holders"].sum()


def test_columns_beside_a_candidate(known, facts, need, lists):
    shown = beside(known, facts, need, lists.candidates)
    gaps = competency_gaps(known, facts, lists.candidates)
    assert shown["training_gap"].sum() == pytest.approx((gaps["required"] - gaps["level"]).clip(lower=0).sum())
    assert shown["aspiration"].dropna().between(1, 5).all()
    assert shown["aspiration"].notna().any()
    assert (shown["origin_effect"].dropna() <= 0).all()
