"""The wave of an invented city keeps to its seats and floors, and every move in it is worth its trouble or fills a seat."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from features.as_of import default_as_of, default_effective_on, known_at
from placement.beside import aspirations
from placement.development import DevelopmentParams
from placement.estimates import PairByPair
from placement.lists import ListParams, make_case, make_lists
from placement.need import NeedParams, needs
from placement.net_value import ValueParams
from placement.wave.city import WaveParams, city_wave, open_seats, person_names
from placement.wave.groups import KINDS
from placement.wave.limits import Limits
from placement.wave.plan import make_plan
from placement.wave.prices import price_of_shares
from placement.wave.search import SearchParams
from rules.facts import collect_facts
from rules.pack import load_pack
from rules.waves import judge_wave

PACK = load_pack()
PARAMS = WaveParams(search=SearchParams(gap=1e-4, seconds=20), limits=Limits(moves=15, caution=0.25))


@pytest.fixture(scope="module")
def wave_and_case(small_tables):
    return made(small_tables, supported=True)


def made(small_tables, *, supported: bool, pack=PACK):
    as_of = default_as_of(small_tables)
    known = known_at(small_tables, as_of)
    facts = collect_facts(known, as_of, default_effective_on(as_of))
    case = make_case(facts, pack, needs(known, facts, pack, NeedParams()), ValueParams(), supported=supported)

    def estimates(pairs: pd.DataFrame) -> pd.DataFrame:
        person, post = pairs["employee_id"].cat.codes.to_numpy(), pairs["position_id"].str[-4:].astype(int).to_numpy()
        stay, uplift = np.sin(person * 12.9898), 0.5 * np.sin(person * 78.233 + post * 3.7)
        frame = {"stay_outlook": stay, "expected_in_post": stay + uplift, "uplift": uplift, "lower": uplift - 0.3,
                 "upper": uplift + 0.3, "realised_lower": uplift - 2, "realised_upper": uplift + 2}  # fmt: skip
        return pd.DataFrame({**frame, "grade": pd.Categorical.from_codes(person % 4, list("ABCD"), ordered=True),
                             "overlap": 0.5, "novelty": 0.1}, index=pairs.index)  # fmt: skip

    candidates = make_lists(case, PairByPair(estimates), ListParams(candidates=30, exclusions=2)).candidates
    return city_wave(case, candidates, aspirations(known, facts, candidates), known["units"], PARAMS), case, candidates


def test_where_ranking_is_not_supported_weights_and_needs_alone_decide(small_tables, wave_and_case) -> None:
    wave, case, _ = made(small_tables, supported=False)
    place = pd.Series(np.arange(len(case.facts.employees)), index=person_names(case))[wave.moves["employee_id"]].to_numpy()
    posts = case.facts.positions.index
    held = posts.get_indexer(case.facts.employees["position_id"].astype(object))[place]
    need = np.r_[case.priority, 0.0]
    into = posts.get_indexer(wave.moves["position_id"])
    same = pd.DataFrame({
        "in": case.weight_post[into], "out": case.weight_present[place], "need": (need[into] - need[held]).round(9),
        "due": overdue(case)[place],
    })  # fmt: skip
    alike = wave.moves["value"].groupby([same[name] for name in same]).agg(["min", "max", "size"])
    assert (alike["max"] - alike["min"]).max() < 1e-9
    assert alike["size"].max() > 20
    by_due = alike["max"].unstack("due").dropna()
    assert (by_due[True] - by_due[False]).to_numpy() == pytest.approx(PARAMS.overdue)
    assert len(by_due)
    assert wave.limits.caution == 0.0 < wave_and_case[0].limits.caution


def test_a_share_of_a_group_is_kept_and_costs_what_was_foretold(wave_and_case) -> None:
    wave, case, _ = wave_and_case
    kind = case.facts.employees["job_kind"].astype(object).set_axis(person_names(case))

    def within(plan) -> float:
        return float(kind[plan.moves["employee_id"]].eq("supervisor").mean())

    free = make_plan(wave, PARAMS.search)
    share = within(free) + 0.2
    asked = replace(wave, limits=replace(wave.limits, shares={"job_kind:supervisor": share}))
    plan, price = make_plan(asked, PARAMS.search), price_of_shares(asked)["cost"].item()
    assert within(plan) >= share - 1e-9 > within(free)
    assert 0 < price <= free.value - plan.value + 1e-3


def test_groups_are_told_by_work_and_place_and_by_no_protected_trait(wave_and_case) -> None:
    wave, case, _ = wave_and_case
    assert {name.partition(":")[0] for name in wave.groups} == set(KINDS)
    held = case.facts.positions["job_kind"].reindex(case.facts.employees["position_id"].astype(object))
    assert wave.groups["job_kind:staff"].sum() == held.eq("staff").sum()


def test_only_pairs_that_may_be_signed_enter_the_wave(wave_and_case) -> None:
    wave, case, candidates = wave_and_case
    people = pd.Series(case.facts.employees.index.astype("str"), index=person_names(case))
    made = set(zip(people.reindex(wave.moves["employee_id"]), wave.moves["position_id"], strict=True))
    signed = candidates[candidates["eligible"] == "yes"]
    assert made <= set(zip(signed["employee_id"].astype("str"), signed["position_id"], strict=True))
    assert len(made) > 100


def test_a_move_counts_what_the_post_left_loses(wave_and_case) -> None:
    wave, case, candidates = wave_and_case
    place = pd.Series(np.arange(len(case.facts.employees)), index=person_names(case))
    row = wave.moves.iloc[7]
    person = case.facts.employees.index[place[row["employee_id"]]]
    pair = candidates[(candidates["employee_id"] == person) & (candidates["position_id"] == row["position_id"])].iloc[0]
    post = case.facts.positions.index.get_loc(row["position_id"])
    held = case.facts.employees["position_id"].iloc[place[row["employee_id"]]]
    there = case.priority[case.facts.positions.index.get_loc(held)] if isinstance(held, str) else 0.0
    gained = case.weight_post[post] * (pair["expected_in_post"] + 2.0)
    lost = case.weight_present[place[row["employee_id"]]] * (pair["stay_outlook"] + 2.0)
    need = PARAMS.need * (case.priority[post] - there)
    due = PARAMS.overdue * overdue(case)[place[row["employee_id"]]]
    assert row["value"] == pytest.approx(gained - lost + need + due - PARAMS.least_gain)


def overdue(case) -> np.ndarray:
    return ((case.facts.effective_on - case.facts.employees["since"]).dt.days > 60 * 30.4375).to_numpy()


def test_overdue_and_development_together_make_no_move() -> None:
    grown = DevelopmentParams()
    most = grown.gap_level * grown.most_gap_levels + grown.new_family + grown.managerial_step + grown.wider_network
    assert 0 < PARAMS.overdue < PARAMS.least_gain - most


def test_a_plan_keeps_to_the_rules_that_only_moves_together_can_break(wave_and_case) -> None:
    """Two independent readings: the program's seats and rows, and the predicates of the pack over the finished plan."""
    wave, case, _ = wave_and_case
    moves = make_plan(wave, PARAMS.search).moves
    names = pd.Series(case.facts.employees.index, index=person_names(case))
    pairs = pd.DataFrame({"employee_id": pd.Index(names.reindex(moves["employee_id"])), "position_id": moves["to_position"]})
    broken = judge_wave(case.pack, case.facts, pairs)
    assert not broken["gates"].any()
    twice = pd.concat([pairs, pairs.iloc[[0]]], ignore_index=True)
    assert set(judge_wave(case.pack, case.facts, twice).query("gates")["rule_id"]) >= {"W28"}


def test_where_relatives_may_not_be_brought_together_no_plan_does_so(small_tables, wave_and_case) -> None:
    assert wave_and_case[0].apart.empty, "a warning is no limit"
    wave, case, _ = made(small_tables, supported=True, pack=load_pack(overrides={"W27": {"mode": "gate"}}))
    assert len(wave.apart)
    assert set(wave.apart.to_numpy().ravel()) <= set(person_names(case))
    related = replace(wave, apart=pd.DataFrame({"employee_id": wave.moves["employee_id"].iloc[0], "other_id": person_names(case)}))
    assert make_plan(related, PARAMS.search).value <= make_plan(wave, PARAMS.search).value + 1e-9
    names = pd.Series(case.facts.employees.index, index=person_names(case))
    moves = make_plan(wave, PARAMS.search).moves
    pairs = pd.DataFrame({"employee_id": pd.Index(names.reindex(moves["employee_id"])), "position_id": moves["to_position"]})
    assert "W27" not in set(judge_wave(case.pack, case.facts, pairs)["rule_id"])


def test_no_seat_is_filled_that_the_workload_analysis_does_not_ask_for(wave_and_case) -> None:
    _, case, _ = wave_and_case
    posts = case.facts.positions
    asked = replace(case, facts=replace(case.facts, positions=posts.assign(vacant=3, holders=1, leaving=0, needed=2.5)))
    assert (open_seats(asked) == 2).all()
    assert (open_seats(replace(asked, facts=replace(asked.facts, positions=asked.facts.positions.assign(needed=1.0)))) == 0).all()
    assert (
        open_seats(replace(asked, facts=replace(asked.facts, positions=asked.facts.positions.assign(needed=np.nan)))) == 3
    ).all()
    free = load_pack(overrides={"R22": {"workload_counts": False}})
    assert (open_seats(replace(asked, pack=free)) == 3).all()


def test_the_plan_of_a_city_fills_no_seat_twice_and_keeps_the_floors(wave_and_case) -> None:
    wave, _, _ = wave_and_case
    plan = make_plan(wave, PARAMS.search)
    assert 0 < len(plan.moves) <= 15
    assert plan.gap <= PARAMS.search.gap
    held = wave.people["position_id"].dropna()
    after = (
        held.drop(plan.moves["employee_id"], errors="ignore")
        .value_counts()
        .add(plan.moves["to_position"].value_counts(), fill_value=0)
    )
    seats = wave.posts["vacant"].add(held.value_counts(), fill_value=0)
    entered = plan.moves["to_position"].unique()
    assert (after.reindex(entered) <= seats.reindex(entered)).all()


def test_retirements_known_to_come_are_taken_off_the_staff(wave_and_case) -> None:
    wave, case, _ = wave_and_case
    people = case.facts.employees[case.facts.employees["position_id"].notna()]
    soon = people["retires_on"] <= case.facts.effective_on + pd.DateOffset(months=PARAMS.hold_back_months)
    assert soon.any()
    assert wave.floors["staff"].sum() == len(people) - soon.sum()
