"""Reasons: at most three for and two against, tied to a record, in both languages, honest about where they come from."""

import json
import re

import numpy as np
import pandas as pd
import pytest

from features.as_of import default_as_of, default_effective_on, known_at
from models.explaining.concepts import CONCEPTS
from placement.beside import beside
from placement.estimates import PairByPair
from placement.lists import ListParams, make_case, make_lists
from placement.need import NeedParams, needs
from placement.net_value import ValueParams
from placement.reason_values import falls_short, pair_view, values
from placement.reasons import ReasonParams, catalogue, reasons
from rules.facts import collect_facts
from rules.pack import load_pack

PARAMS = ReasonParams()
DESPITE = catalogue().model["competency"].despite.id.partition("{")[0]
UNKNOWN_TEXTS = {ground.unknown.id for ground in catalogue().model.values() if ground.unknown}


def plain_estimates(pairs):
    half = np.full(len(pairs), 0.2)
    frame = {
        "stay_outlook": 0.0,
        "expected_in_post": 0.1,
        "uplift": 0.1,
        "lower": 0.1 - half,
        "upper": 0.1 + half,
        "realised_lower": -2.0,
        "realised_upper": 2.0,
    }
    return pd.DataFrame({**frame, "grade": "B", "overlap": 0.5, "novelty": 0.1}, index=pairs.index)


@pytest.fixture(scope="module")
def city(small_tables):
    as_of = default_as_of(small_tables)
    known = known_at(small_tables, as_of)
    facts = collect_facts(known, as_of, default_effective_on(as_of))
    need = needs(known, facts, load_pack(), NeedParams())
    case = make_case(facts, load_pack(), need, ValueParams(), supported=True)
    pairs = make_lists(case, PairByPair(plain_estimates), ListParams(candidates=5, exclusions=1, explained=1)).candidates
    return case, need, pairs.join(beside(known, facts, need, pairs))


@pytest.fixture(scope="module")
def contributions(city):
    rng = np.random.default_rng(5)
    return pd.DataFrame(rng.normal(0, 0.05, (len(city[2]), len(CONCEPTS))), columns=list(CONCEPTS), index=city[2].index)


@pytest.fixture(scope="module")
def told(city, contributions):
    case, need, shown = city
    return reasons(shown, contributions, case, need, PARAMS)


def moves_of(case, shown):
    return case.facts.employees["position_id"].reindex(shown["employee_id"]).to_numpy() != shown["position_id"].to_numpy()


def every(frame, side):
    return [json.loads(text) for text in frame[f"reasons_{side}"]]


def test_at_most_three_for_and_two_against(told):
    assert {len(row) for row in every(told, "for")} <= {0, 1, 2, 3}
    assert {len(row) for row in every(told, "against")} <= {0, 1, 2}
    assert sum(len(row) for row in every(told, "for")) > 2 * len(told)


def test_every_reason_has_both_languages_and_a_record(told):
    for side in ("for", "against"):
        for row in every(told, side):
            for reason in row:
                assert set(reason) == {"concept", "contribution", "id", "en", "record", "record_en"}
                assert all(reason[name].strip() for name in ("id", "en", "record", "record_en"))
                assert "{" not in reason["id"] + reason["en"] + reason["record"] + reason["record_en"]


def test_model_reasons_carry_the_models_contribution_with_the_right_sign(told, contributions):
    for side, sign in (("for", 1), ("against", -1)):
        for place, row in enumerate(every(told, side)):
            for reason in (r for r in row if r["contribution"] is not None):
                assert reason["contribution"] == pytest.approx(contributions[reason["concept"]].iloc[place], abs=1e-6)
                either = side == "against" and (reason["id"] in UNKNOWN_TEXTS or reason["id"].startswith(DESPITE))
                assert (abs(reason["contribution"]) if either else sign * reason["contribution"]) >= PARAMS.least_contribution


def test_what_nobody_recorded_is_no_reason_for_anybody_and_told_as_not_known(city, contributions):
    case, need, shown = city
    unassessed = shown.assign(training_gap=np.where(np.arange(len(shown)) % 2 == 0, np.nan, 1.0))
    by_competency = contributions * (contributions.columns == "competency")
    told = reasons(unassessed, by_competency, case, need, PARAMS)
    short = falls_short(unassessed["training_gap"], pair_view(case, unassessed))
    size, sides = by_competency["competency"].to_numpy(), {side: every(told, side) for side in ("for", "against")}
    said = {
        side: [[reason["id"] for reason in row if reason["concept"] == "competency"] for row in rows]
        for side, rows in sides.items()
    }
    text, moves = catalogue().model["competency"].unknown.id, moves_of(case, shown)
    large = (np.abs(size) >= PARAMS.least_contribution) & (shown["verdict_bits"] == 0).to_numpy() & moves
    for place in np.flatnonzero(large):
        if place % 2 == 0:
            assert said["for"][place] == []
            assert said["against"][place] == [text]
        else:
            assert text not in said["against"][place]
            assert len(said["for"][place]) == (size[place] > 0 and not short[place])


def test_a_shortfall_is_told_against_whatever_the_model_makes_of_it(city, contributions):
    case, need, shown = city
    gaps = np.array([0.0, 1.0, 9.0])[np.arange(len(shown)) % 3]
    pairs = shown.assign(training_gap=gaps, verdict_bits=np.uint64(0))
    only = pd.DataFrame(0.0, columns=list(CONCEPTS), index=shown.index).assign(competency=0.5)
    told, short = reasons(pairs, only, case, need, PARAMS), falls_short(pairs["training_gap"], pair_view(case, pairs))
    moves, closer = moves_of(case, shown), (gaps > 0) & ~short
    assert (moves & short).sum() > 20
    assert (moves & closer).sum() > 5
    for place in np.flatnonzero(moves):
        sides = {side: json.loads(told[f"reasons_{side}"].iloc[place]) for side in ("for", "against")}
        merits = [reason for reason in sides["for"] if reason["concept"] == "competency"]
        assert len(merits) == (not short[place])
        said = [reason["id"] for reason in sides["against"]]
        assert sum(text.startswith(DESPITE) for text in said) == short[place]
        assert not (short[place] and any(text.startswith("Perlu pelatihan") for text in said)), "the gap is told once"


def test_the_strongest_contribution_is_always_told(told, contributions, city):
    case, _, shown = city
    merit = contributions.drop(columns="typical")
    short = falls_short(shown["training_gap"], pair_view(case, shown))
    merit["competency"] = merit["competency"].where(shown["training_gap"].notna() & ~short, -1.0)
    ranked = case.facts.employees["rank"].reindex(shown["employee_id"]).notna().to_numpy()
    merit["rank"] = merit["rank"].where(ranked, -1.0)
    for place, row in enumerate(every(told, "for")):
        if merit.iloc[place].max() >= PARAMS.least_contribution:
            assert merit.iloc[place].idxmax() in {reason["concept"] for reason in row}


def test_the_typical_effect_of_moves_is_nobodys_reason(city):
    case, need, shown = city
    only_typical = pd.DataFrame(0.0, columns=list(CONCEPTS), index=shown.index).assign(typical=1.0)
    told = reasons(shown, only_typical, case, need, PARAMS)
    assert not any(reason["contribution"] for side in ("for", "against") for row in every(told, side) for reason in row)


def test_an_open_rule_is_the_first_reason_against(city, contributions):
    case, need, shown = city
    bit = 1 << case.pack.rule_ids.index("R13")
    half = np.arange(len(shown)) % 2 == 1
    marked = shown.assign(verdict_bits=np.where(half, bit, 0), eligible=np.where(half, "unknown", "yes"))
    against = every(reasons(marked, contributions, case, need, PARAMS), "against")
    for place, row in enumerate(against):
        opens = [reason["id"].startswith("Belum dapat ditandatangani sebelum jelas: penilaian kinerja lengkap") for reason in row]
        assert opens[:1] == [True] if half[place] else not any(opens)


def test_where_the_model_abstains_reasons_come_from_rules_need_and_record_and_say_so(city):
    case, need, shown = city
    told = reasons(shown, None, case, need, PARAMS)
    for row in every(told, "for"):
        assert all(reason["contribution"] is None and reason["concept"] in ("rule", "need", "record") for reason in row)
    assert all(any(reason["concept"] == "evidence" for reason in row) for row in every(told, "against"))


def test_a_unit_left_below_the_floor_is_told(city, contributions):
    case, need, shown = city
    drained = reasons(shown.assign(origin_effect=-0.9, eligible="yes", verdict_bits=0), None, case, need, PARAMS)
    calm = reasons(shown.assign(origin_effect=0.9, eligible="yes", verdict_bits=0), None, case, need, PARAMS)
    within = reasons(shown.assign(origin_effect=0.0, eligible="yes", verdict_bits=0), None, case, need, ReasonParams(low_fill=9.0))
    assert any("Unit asal turun" in text for text in drained["reasons_against"])
    assert not any("Unit asal turun" in text for text in calm["reasons_against"])
    assert not any("Unit asal turun" in text for text in within["reasons_against"]), "a move within the unit takes nobody from it"


def test_reasons_name_nobody(city, told):
    shown = city[2]
    texts = " ".join([*told["reasons_for"], *told["reasons_against"]])
    assert not any(identifier in texts for identifier in shown["employee_id"].astype("str").unique())
    assert not re.search(r"\d{18}", texts)


def test_row_order_does_not_matter(city, contributions, told):
    case, need, shown = city
    order = np.random.default_rng(1).permutation(len(shown))
    again = reasons(shown.iloc[order], contributions.iloc[order], case, need, PARAMS)
    pd.testing.assert_frame_equal(again.sort_index(), told)


def test_the_catalogue_has_every_concept_and_only_values_that_exist(city):
    case, need, shown = city
    known = set(values(case, need, shown.head(3), pair_view(case, shown.head(3))))
    assert set(catalogue().model) == set(CONCEPTS) - {"typical"}
    texts = [text for ground in catalogue().model.values()
             for text in (ground.pro, ground.against, ground.record, ground.unknown, ground.despite) if text]  # fmt: skip
    texts += [text for ground in catalogue().facts.values() for text in (ground.text, ground.record)]
    for text in texts:
        assert set(re.findall(r"\{(\w+)\}", text.id)) == set(re.findall(r"\{(\w+)\}", text.en)) <= known


def test_the_competency_gap_is_told_beside_the_one_in_the_present_post(city, small_tables):
    (case, need, shown), known_city = city, known_at(small_tables, default_as_of(small_tables))
    now = shown.assign(position_id=case.facts.employees["position_id"].reindex(shown["employee_id"]).to_numpy())
    both = shown["training_gap"].notna() & now["position_id"].notna()
    pairs = shown[both].reset_index(drop=True)
    present = beside(known_city, case.facts, need, now[both].reset_index(drop=True))["training_gap"]
    indonesian, english = values(case, need, pairs, pair_view(case, pairs))["competency"]
    assert present.notna().sum() > 20
    for told, said, gap in zip(indonesian, english, present, strict=True):
        assert told.endswith(f"; di jabatan sekarang {round(gap)}") if gap == gap else "sekarang" not in told
        assert said.endswith(f"; {round(gap)} in the present post") if gap == gap else "present" not in said


def test_staying_in_ones_own_post_has_no_reason_for_or_against(city):
    case, need, shown = city
    own = shown.groupby("employee_id", observed=True).head(1).copy()
    own["position_id"] = case.facts.employees["position_id"].reindex(own["employee_id"]).to_numpy()
    own = own.dropna(subset="position_id").reset_index(drop=True)
    assert len(own) > 20
    assert all(row == [] for side in ("for", "against") for row in every(reasons(own, None, case, need, PARAMS), side))


def test_a_rank_is_told_as_it_stands_on_record(city):
    case, need, shown = city
    only_rank = pd.DataFrame(0.0, columns=list(CONCEPTS), index=shown.index).assign(rank=1.0)
    said = every(reasons(shown, only_rank, case, need, PARAMS), "for")
    ranks = case.facts.employees["rank"].reindex(shown["employee_id"]).astype("str").tolist()
    assert any(rank == "IX" for rank in ranks), "people on contract have ranks of their own"
    for rank, row in zip(ranks, said, strict=True):
        assert row[0]["id"].endswith(f"(golongan {rank}).") if rank != "nan" else row == []
