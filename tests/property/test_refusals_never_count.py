"""Past refusals change no need, no score, no list, no wave: they reach the support of a move, and nothing before it."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from features.as_of import default_as_of, default_effective_on, known_at
from features.frames import feature_frames, pair_matrix
from features.posts import current_posts
from features.ratings import RatingParams, harmonise
from features.tables import Tables, conform
from placement.beside import aspirations, beside
from placement.estimates import PairByPair
from placement.lists import ListParams, make_case, make_lists
from placement.need import NeedParams, needs
from placement.net_value import ValueParams
from placement.support.readiness import readiness
from placement.wave.city import WaveParams, city_wave
from placement.wave.limits import Limits
from placement.wave.plan import make_plan
from placement.wave.search import SearchParams
from rules.facts import collect_facts, packed
from rules.pack import load_pack

PARAMS = WaveParams(search=SearchParams(gap=1e-4, seconds=20), limits=Limits(moves=15))


def everybody_refuses(tables: Tables) -> Tables:
    """Return the tables with ten more refusals of everybody, for every reason."""
    posts = tables["positions"]["position_id"]
    people = tables["employees"]["employee_id"]
    rng = np.random.default_rng(8)
    reasons = ["merasa kurang kompeten", "takut tidak memenuhi harapan atasan", "keluarga", "jarak", None]
    count = 10 * len(people)
    rows = pd.DataFrame({
        "employee_id": np.tile(people.astype(str), 10), "position_id": posts.iloc[rng.integers(0, len(posts), count)].to_numpy(),
        "offered_on": pd.Timestamp("2020-01-01"), "response": "refused",
        "reason": rng.choice(np.array(reasons, dtype=object), count),
        "known_on": pd.Timestamp("2020-01-05"),
    })  # fmt: skip
    rows["offered_on"] += pd.to_timedelta(np.repeat(np.arange(10), len(people)), unit="D")
    more = conform("offers", rows, tables.employee_ids)
    return replace(tables, frames={**tables.frames, "offers": pd.concat([tables.get("offers"), more], ignore_index=True)})


def estimates_from(frames):
    """Return a score made of every numeric feature, so that any feature that moved would show."""

    def score(pairs: pd.DataFrame) -> pd.DataFrame:
        matrix = pair_matrix(frames, pairs).select_dtypes("number").fillna(0.0)
        weights = np.sin(np.arange(1, matrix.shape[1] + 1))
        scaled = np.tanh(matrix.to_numpy() / 50) @ weights / 5
        stay = np.tanh(matrix["perf_last"].to_numpy()) if "perf_last" in matrix else np.zeros(len(pairs))
        frame = {"stay_outlook": stay, "expected_in_post": stay + scaled, "uplift": scaled, "lower": scaled - 0.3,
                 "upper": scaled + 0.3, "realised_lower": scaled - 2, "realised_upper": scaled + 2}  # fmt: skip
        return pd.DataFrame({**frame, "grade": "B", "overlap": 0.5, "novelty": 0.1}, index=pairs.index)

    return score


def everything(tables: Tables):
    as_of = default_as_of(tables)
    known = known_at(tables, as_of)
    facts = collect_facts(known, as_of, default_effective_on(as_of))
    frames = feature_frames(known, harmonise(known, RatingParams()), as_of)
    wanted = needs(known, facts, load_pack(), NeedParams())
    case = make_case(facts, load_pack(), wanted, ValueParams(), supported=True)
    lists = make_lists(
        case, PairByPair(estimates_from(frames)), ListParams(shortlist=10, best_positions=3, candidates=20, exclusions=2)
    )
    shown = lists.candidates.join(beside(known, facts, wanted, lists.candidates))
    wave = city_wave(case, lists.candidates, aspirations(known, facts, lists.candidates), known["units"], PARAMS)
    plan = make_plan(wave, PARAMS.search)
    held = current_posts(known, as_of).rename(columns={"position_id": "to_position"})[["employee_id", "to_position"]]
    ready = readiness(known, facts, held)
    return {"facts": packed(facts)[0], "needs": wanted, "candidates": shown, "best": lists.best_positions, "wave": wave.moves,
            "plan": plan.moves}, ready  # fmt: skip


ROOMS = ("features", "rules", "models", "placement", "pipelines")
MAY_NAME_OFFERS = {"features/contract.py", "placement/support/readiness.py"}


def test_no_module_but_readiness_reads_what_people_answered_to_offers() -> None:
    naming = {str(path) for room in ROOMS for path in Path(room).rglob("*.py") if '"offers"' in path.read_text(encoding="utf-8")}
    assert naming == MAY_NAME_OFFERS


@pytest.mark.slow
def test_ten_refusals_of_everybody_change_nothing_but_the_support(small_tables: Tables) -> None:
    before, calm = everything(small_tables)
    after, warned = everything(everybody_refuses(small_tables))
    for name, frame in before.items():
        pd.testing.assert_frame_equal(frame, after[name], obj=name)
    assert len(before["plan"])
    assert (warned["refusals"] >= 10).all()
    assert calm["refusals"].max() < 10
