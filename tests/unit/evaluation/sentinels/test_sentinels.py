"""Sentinels: what chance does raises no more alarms than the budget, what was planted is found, nobody is accused."""

import re

import numpy as np
import pandas as pd
import pytest

from evaluation.sentinels import signals
from evaluation.sentinels.careers import moves, person_years, spells
from evaluation.sentinels.permutation import compare
from evaluation.sentinels.watch import COLUMNS, REVIEW, SentinelParams, _told, watch
from features.as_of import default_as_of, known_at
from features.contract import REQUIRED_TABLES
from features.ratings import RatingParams, harmonise
from features.tables import Tables, conform, employee_dtype
from pipelines.known_truth import typed
from simulation.city import City, invent_city
from simulation.knobs import Knobs
from simulation.patterns import KINDS, planted

DRAWS = 499
FEW = 8
POSTS = pd.DataFrame({"level": 10.0, "job_family": "umum"}, index=["A"])


def world(seed: int, people: int = 600, years: int = 6) -> dict[str, pd.DataFrame]:
    """Return ratings, moves and person-years in which only chance is at work: 30 raters, 20 units."""
    rng = np.random.default_rng(seed)
    who = np.array([f"E{n:04d}" for n in range(people)])
    rows = []
    for year in range(2018, 2018 + years):
        rater = rng.integers(0, 30, people)
        rated = pd.DataFrame({"employee_id": who, "rater_id": [f"R{n:02d}" for n in rater], "standard": rng.normal(0, 1, people)})
        rows.append(rated.assign(position_id="A", period_end=pd.Timestamp(year=year, month=12, day=31)))
    scores = pd.concat(rows, ignore_index=True)
    moved = rng.random((years, people)) < 0.15
    frames = [pd.DataFrame({"who": who[moved[n]], "start_on": pd.Timestamp(year=2019 + n, month=4, day=1)}) for n in range(years)]
    made = pd.concat(frames, ignore_index=True)
    made = made.assign(unit_id=[f"U{n:02d}" for n in rng.integers(0, 20, len(made))], level=20.0, year=made["start_on"].dt.year)
    made = made.assign(rose=rng.random(len(made)) < 0.4, fell=False)
    held = pd.DataFrame({"who": np.tile(who, years), "year": np.repeat(np.arange(2019, 2019 + years), people)})
    held = held.assign(unit_id=[f"U{n:02d}" for n in rng.integers(0, 20, len(held))], job_family="umum", step=1.0, months=36.0)
    return {"scores": scores, "moves": made, "years": held.assign(left=rng.random(len(held)) < 0.15)}


def all_signals(frames: dict[str, pd.DataFrame], seed: int) -> pd.DataFrame:
    found = {
        "rating_jumps": signals.rating_jumps(frames["scores"], frames["moves"], 12, FEW, DRAWS, seed),
        "favourites": signals.favourites(frames["scores"], frames["moves"], POSTS, 12, FEW, DRAWS, seed),
        "never_releasing": signals.never_releasing(frames["years"], FEW, DRAWS, seed),
    }
    table = pd.concat([frame.assign(signal=name) for name, frame in found.items()], ignore_index=True)
    return _told(table, SentinelParams(draws=DRAWS))


def test_a_null_sum_has_uniform_p_values_and_a_planted_one_is_found() -> None:
    rng = np.random.default_rng(1)
    strata, groups = np.repeat(np.arange(40), 25), rng.integers(0, 20, 1000)
    seen = [compare(np.random.default_rng(n).normal(0, 1, 1000), groups, strata, 199, n).high for n in range(30)]
    share = (np.concatenate(seen) <= 0.1).mean()
    assert 0.06 < share < 0.14
    values = rng.normal(0, 1, 1000) + 1.0 * (groups == 7)
    found = compare(values, groups, strata, 999, 1)
    assert found.high[7] == pytest.approx(1 / 1000)
    assert found.low[7] == 1.0


def test_strata_are_what_is_compared_within() -> None:
    """A stratum that is high altogether makes no group look high."""
    strata = np.repeat([0, 1], 500)
    groups = np.where(strata == 0, np.random.default_rng(1).integers(0, 2, 1000), 2)
    values = np.random.default_rng(2).normal(0, 1, 1000) + 5.0 * (strata == 0)
    assert compare(values, groups.astype(np.int64), strata, 199, 1).high.min() > 0.01


@pytest.mark.slow
def test_chance_alone_raises_no_more_alarms_than_the_budget() -> None:
    """40 invented records, 80 tests each, a budget of one: at most 40 alarms, and what Poisson allows above (1 in 1000)."""
    alarms = sum(int(all_signals(world(seed), seed)["alarm"].sum()) for seed in range(40))
    assert alarms <= 61


def test_planted_patterns_are_found() -> None:
    frames = world(100)
    scores, made, held = frames["scores"], frames["moves"], frames["years"]
    soon = scores.merge(made.rename(columns={"who": "employee_id"})[["employee_id", "start_on"]], on="employee_id")
    about = soon[(soon["start_on"] > soon["period_end"]) & (soon["start_on"] <= soon["period_end"] + pd.DateOffset(months=12))]
    mine = scores["rater_id"].eq("R03") & pd.MultiIndex.from_frame(scores[["employee_id", "period_end"]]).isin(
        pd.MultiIndex.from_frame(about[["employee_id", "period_end"]])
    )
    frames["scores"] = scores.assign(standard=scores["standard"] + 2.5 * mine)
    ratees = scores.loc[scores["rater_id"].eq("R05"), "employee_id"].unique()
    raised = pd.DataFrame({"who": ratees, "start_on": pd.Timestamp("2021-04-01"), "unit_id": "U00", "level": 20.0, "year": 2021})
    frames["moves"] = pd.concat([made, raised.assign(rose=True, fell=False)], ignore_index=True)
    frames["years"] = held.assign(left=held["left"] & held["unit_id"].ne("U07"))
    found = all_signals(frames, 1)
    named = set(zip(found["signal"][found["alarm"]], found["subject"][found["alarm"]], strict=True))
    assert ("never_releasing", "U07") in named
    assert ("rating_jumps", "R03") in named
    assert ("favourites", "R05") in named


def test_a_rater_in_a_field_that_grows_is_no_favourite_maker() -> None:
    frames = world(7)
    scores, made = frames["scores"], frames["moves"]
    growing = scores["rater_id"].isin([f"R{n:02d}" for n in range(10)])
    scores = scores.assign(position_id=np.where(growing, "B", "A"))
    more = scores[growing].groupby("employee_id")["period_end"].first().sample(frac=0.4, random_state=1)
    rising = pd.DataFrame({"who": more.index, "start_on": more.to_numpy() + pd.Timedelta(days=90), "unit_id": "U00", "level": 20.0})
    made = pd.concat([made, rising.assign(year=2019, rose=True, fell=False)], ignore_index=True)
    apart = pd.DataFrame({"level": 10.0, "job_family": ["umum", "digital"]}, index=["A", "B"])
    p_values = {
        name: signals.favourites(scores, made, posts, 12, FEW, DRAWS, 1).set_index("subject")["p_value"].filter(regex="R0")
        for name, posts in (("by family", apart), ("all together", apart.assign(job_family="umum")))
    }
    assert (p_values["all together"] < 0.05).mean() > 0.5
    assert (p_values["by family"] < 0.05).mean() < 0.3


@pytest.mark.slow
@pytest.mark.parametrize("kind", list(KINDS))
def test_a_pattern_planted_in_an_invented_city_is_found_and_named(kind: str, patterned: City) -> None:
    there, subject = planted(patterned, kind, 1)
    tables = typed(there.tables, pd.Timestamp(there.knobs.extracted_on))
    as_of = default_as_of(tables)
    known = known_at(tables, as_of)
    found = watch(known, harmonise(known, RatingParams()).scores, as_of, SentinelParams(), 1)
    assert subject in set(found.loc[found["alarm"] & (found["signal"] == kind), "subject"])


@pytest.fixture(scope="module")
def patterned() -> City:
    return invent_city(Knobs(employees=1200, years=8), 9700)


def test_moves_bunched_before_a_freeze_are_found_and_steady_ones_are_not() -> None:
    months = pd.date_range("2010-01-01", "2024-12-01", freq="MS")
    steady = pd.DataFrame({"start_on": np.repeat(months, 10)})
    extra = pd.DataFrame({"start_on": np.repeat(pd.to_datetime(["2024-01-01", "2024-02-01", "2024-03-01"]), 60)})
    freezes = pd.DataFrame({"from_on": pd.to_datetime(["2024-03-22"]), "to_on": pd.to_datetime(["2024-12-31"])})
    as_of = pd.Timestamp("2024-12-31")
    quiet = signals.bunched(steady, freezes, 90, as_of, 999, 1)
    loud = signals.bunched(pd.concat([steady, extra]), freezes, 90, as_of, 999, 1)
    assert quiet["p_value"].iloc[0] == 1.0
    assert loud["p_value"].iloc[0] < 0.01
    assert loud["subject"].iloc[0] == "2024-03-22"
    assert signals.bunched(steady, freezes.head(0), 90, as_of, 99, 1).empty


def test_relatives_brought_together_are_found() -> None:
    rng = np.random.default_rng(3)
    count = 400
    units = rng.integers(0, 20, count)
    units[:12] = 4
    made = pd.DataFrame(
        {"who": [f"E{n}" for n in range(count)], "start_on": pd.Timestamp("2022-04-01"), "level": 20.0, "year": 2022}
    )
    made = made.assign(unit_id=[f"U{n:02d}" for n in units])
    sat = pd.DataFrame(
        {"who": [f"K{n}" for n in range(count)], "start_on": pd.Timestamp("2015-01-01"), "end_on": pd.Timestamp("2024-01-01")}
    )
    sat = sat.assign(unit_id=[f"U{n:02d}" for n in np.where(np.arange(count) < 12, 4, rng.integers(0, 20, count))])
    ties = pd.DataFrame({"employee_id": made["who"], "other_employee_id": sat["who"]})
    found = signals.connected(made, sat, ties, FEW, DRAWS, 1).set_index("subject")
    assert found.loc["U04", "p_value"] == pytest.approx(1 / (DRAWS + 1))
    assert (found.drop("U04")["p_value"] > 0.005).all()
    assert signals.connected(made, sat, ties.head(0), FEW, DRAWS, 1).empty


def test_a_step_down_is_explained_by_a_punishment_in_force_only() -> None:
    fell = pd.DataFrame({"who": ["a", "b", "c", "d"], "start_on": pd.Timestamp("2024-01-01"), "fell": [True, True, True, False]})
    cases = pd.DataFrame(
        {"employee_id": ["a", "b"], "start_on": pd.to_datetime(["2023-06-01", "2018-01-01"]), "annulled_on": pd.NaT}
    )
    assert list(signals.demotions(fell, cases, 24)["subject"]) == ["b", "c"]


def city() -> Tables:
    days = pd.date_range("2019-01-01", periods=5, freq="YS")
    people = [f"P{n}" for n in range(30)]
    positions = pd.DataFrame({"position_id": ["A", "B", "C"], "unit_id": ["U1", "U2", "U3"], "level": [10.0, 20.0, 10.0]})
    first = pd.DataFrame({"employee_id": people, "position_id": "A", "start_on": days[0], "end_on": pd.NaT})
    second = pd.DataFrame({"employee_id": people[:10], "position_id": "B", "start_on": days[2], "end_on": pd.NaT})
    third = pd.DataFrame({"employee_id": people[:2], "position_id": "C", "start_on": days[3], "end_on": pd.NaT})
    given = {
        "employees": pd.DataFrame({"employee_id": people}),
        "units": pd.DataFrame({"unit_id": ["U1", "U2", "U3"]}),
        "positions": positions.assign(job_family="umum"),
        "assignments": pd.concat([first, second, third]),
        "disciplines": pd.DataFrame({"employee_id": ["P0"], "severity": "heavy", "start_on": days[3]}),
    }
    kind = employee_dtype(people)
    empty = {name: conform(name, pd.DataFrame(), kind) for name in REQUIRED_TABLES if name not in given}
    return Tables({name: conform(name, frame, kind) for name, frame in given.items()} | empty, pd.Timestamp("2024-06-30"))


def test_the_whole_watch_asks_for_a_review_only_where_there_is_an_alarm() -> None:
    as_of = pd.Timestamp("2024-06-30")
    known = known_at(city(), as_of)
    scores = pd.DataFrame(
        {
            "employee_id": ["P0"],
            "rater_id": ["P9"],
            "standard": [0.1],
            "position_id": "A",
            "period_end": [pd.Timestamp("2021-12-31")],
        }
    )
    found = watch(known, scores, as_of, SentinelParams(draws=99, fewest=2), 1)
    assert list(found.columns) == list(COLUMNS)
    down = found[found["signal"] == "demotions"]
    assert list(down["subject"]) == ["P1"]
    assert re.search(r"turun jenjang pada \d{1,2} \w+ 20\d\d tanpa", down["text"].iloc[0])
    assert re.search(r"a step down on \d{1,2} \w+ 20\d\d without", down["text_en"].iloc[0])
    asked = found["text"].str.lower().str.startswith(REVIEW)
    assert list(asked) == list(found["alarm"])
    assert found.loc[~asked, "text_en"].str.startswith("Nothing stands out: ").all()
    again = watch(known, scores, as_of, SentinelParams(draws=99, fewest=2), 1)
    pd.testing.assert_frame_equal(found, again)


def test_careers_know_what_was_left() -> None:
    as_of = pd.Timestamp("2024-06-30")
    frame = spells(known_at(city(), as_of), as_of)
    made = moves(frame)
    assert len(made) == 12
    assert made["rose"].sum() == 10
    assert made["fell"].sum() == 2
    held = person_years(frame, as_of, 4)
    assert held[held["year"] == 2021].groupby("unit_id")["left"].sum().to_dict() == {"U1": 0, "U2": 2}
