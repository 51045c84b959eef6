"""The invented city has the shares, the traps and the truth it claims.

Seeds are fixed, so nothing here fails by chance; the false-alarm rates say how often a test would fail if its seed were drawn anew.
"""

import numpy as np
import pandas as pd
import pytest

from simulation.calibration import calibration, real_moves
from simulation.city import City, invent_city
from simulation.knobs import Knobs
from simulation.truth import true_uplift

PEOPLE, YEARS = 3000, 10
SMALL = {"employees": 400, "years": 5}
NO_EFFECT = {"match_sd": 0.0, "unit_sd": 0.0, "position_sd": 0.0, "leader_sd": 0.0, "training_effect": 0.0, "staleness": 0.0}
STRUCTURAL = ("executive", "administrator", "supervisor")


@pytest.fixture(scope="module")
def city() -> City:
    return invent_city(Knobs.from_scale(PEOPLE, YEARS), seed=11)


def small(**dials: float) -> City:
    return invent_city(Knobs(**SMALL, **dials), seed=5)


def standardised(city: City) -> pd.DataFrame:
    """One row per rating: employee_id, year, z (standardised within the year; the quadrant where there is no score)."""
    rows = city.tables["appraisals"]
    quadrant = (rows["rating"] + rows["work_result"] + rows["behaviour"]).astype(float)
    value = rows["score"].fillna(quadrant)
    year = rows["period_end"].dt.year
    z = value.groupby(year).transform(lambda v: (v - v.mean()) / v.std())
    return pd.DataFrame({"employee_id": rows["employee_id"], "year": year, "z": z, "rater_id": rows["rater_id"]})


def around_moves(city: City, moves: pd.DataFrame) -> pd.DataFrame:
    """One row per move, columns -4..2: standardised rating in the years around it."""
    ratings = standardised(city)
    rows = moves.assign(move=range(len(moves)), moved=moves["start_on"].dt.year)[["move", "employee_id", "moved"]]
    joined = rows.merge(ratings, on="employee_id")
    joined = joined.assign(k=joined["year"] - joined["moved"])
    return joined[joined["k"].between(-4, 2)].pivot_table(index="move", columns="k", values="z")


def lateral(city: City) -> pd.DataFrame:
    moves = real_moves(city)
    return moves[moves["move_type"].isin(["own_request", "rotation", "selected"])]


def dip_before(city: City) -> tuple[float, float]:
    """Mean of (year before the move) - (two years earlier still), and its standard error."""
    table = around_moves(city, lateral(city))
    change = (table[-1] - table[-3]).dropna()
    return float(change.mean()), float(change.std() / np.sqrt(len(change)))


@pytest.mark.slow
def test_shares_are_those_published():
    """Mean of three cities of 4,000; a tolerance is at least three standard errors over seeds: false alarms under 1 %."""
    tables = [calibration(invent_city(Knobs.from_scale(4000, YEARS), seed)) for seed in (21, 22, 23)]
    measured = pd.concat([table["measured"] for table in tables], axis=1).mean(axis=1)
    off = (measured - tables[0]["target"]).abs() > tables[0]["tolerance"]
    assert not off.any(), tables[0].assign(measured=measured)[off].to_string()


def test_latent_performance_has_standard_deviation_one(city):
    assert city.truth["latent"]["latent"].std() == pytest.approx(1.0, abs=0.08)  # +-0.02 over seeds


def test_latent_performance_is_the_sum_of_its_parts(city):
    parts = ["person_level", "shock", "match", "unit_effect", "position_effect", "leader_effect", "staleness", "dip", "training"]
    latent = city.truth["latent"]
    assert np.allclose(latent[parts].sum(axis=1), latent["latent"])


def test_one_rating_explains_about_half_of_true_performance_and_less_on_five_grades(city):
    """Reliability = squared correlation with the truth, numeric 0.56 and five grades 0.27 (+-0.02 over seeds)."""
    rows = standardised(city).merge(city.truth["latent"], on=["employee_id", "year"])
    numeric = rows[rows["year"] < 2022]
    graded = rows[rows["year"] >= 2022]
    assert np.corrcoef(numeric["z"], numeric["latent"])[0, 1] ** 2 == pytest.approx(0.56, abs=0.08)
    assert np.corrcoef(graded["z"], graded["latent"])[0, 1] ** 2 == pytest.approx(0.27, abs=0.08)


def test_trap_regression_to_the_mean(city):
    """Movers with bad years gain and with good years lose: -0.6 +-0.03 over seeds; false alarms under 1e-6."""
    table = around_moves(city, lateral(city))[[-1, 1]].dropna()
    assert np.corrcoef(table[1] - table[-1], table[-1])[0, 1] < -0.45


def test_trap_dip_before_the_move(city):
    """About -0.18, four standard errors at this size: one in forty other seeds would miss the mark of 2."""
    change, error = dip_before(city)
    assert change < -2 * error


def test_without_selection_the_dip_before_the_move_vanishes():
    """Four standard errors: false alarms under 1e-4."""
    change, error = dip_before(invent_city(Knobs(employees=PEOPLE, years=YEARS, selection=0.0), seed=12))
    assert abs(change) < 4 * error


def test_trap_leniency_moves_ratings_more_than_work_does(city):
    """A change of rater shifts the rating by the difference in leniency: slope about 0.8, error 0.06."""
    leniency = city.truth["raters"].set_index("rater_id")["leniency"]
    rows = standardised(city).assign(lenient=lambda t: t["rater_id"].map(leniency).fillna(0.0)).sort_values(["employee_id", "year"])
    step = rows.groupby("employee_id")[["z", "lenient", "year"]].diff()
    changed = step[(step["year"] == 1) & (step["lenient"] != 0) & (rows["year"] < 2022)]
    assert np.polyfit(changed["lenient"], changed["z"], 1)[0] > 0.4


def test_trap_unit_quotas_follow_the_units_grade(city):
    """At least half a grade between the ends (0.56 - 0.01); without quotas the own work of the unit explains little."""
    assert _top_share(city, "Istimewa") - _top_share(city, "Cukup") > 0.4
    free = small(quota=0.0)
    assert _top_share(free, "Istimewa") - _top_share(free, "Cukup") < 0.25


def _top_share(city: City, grade: str) -> float:
    rows = city.tables["appraisals"]
    rows = rows[rows["rating"].notna()].assign(year=rows["period_end"].dt.year)
    graded = rows.merge(city.truth["unit_years"], on=["unit_id", "year"])
    return float((graded.loc[graded["grade"] == grade, "rating"] == 5).mean())


def test_trap_survivors_not_every_mover_is_rated_on_both_sides(city):
    table = around_moves(city, real_moves(city)).reindex(columns=range(-4, 3))
    assert 0.3 < table[[-1, 1]].notna().all(axis=1).mean() < 0.98


def test_trap_knowledge_dates_lag_behind_events(city):
    ratings, spells = city.tables["appraisals"], city.tables["assignments"]
    assert (ratings["known_on"] > ratings["period_end"]).all()
    assert (ratings["known_on"] - ratings["period_end"]).dt.days.max() > 90
    assert (spells["decided_on"] <= spells["start_on"]).all()
    assert 0.02 < (spells["known_on"] > spells["start_on"]).mean() < 0.3


def test_trap_moves_that_are_none(city):
    kinds = city.tables["assignments"]["move_type"].value_counts()
    assert {"renaming", "reinauguration", "entry"} <= set(kinds.index)
    assert not set(city.truth["moves"]["move_type"]) & {"renaming", "reinauguration", "entry"}
    assert {"plt", "plh"} <= set(city.tables["assignments"]["kind"])
    assert len(city.tables["unit_lineage"])


def test_structural_moves_are_rare_inside_freezes(city):
    kind = city.tables["positions"].set_index("position_id")["job_kind"]
    moves = real_moves(city)
    starts = moves.loc[moves["position_id"].map(kind).isin(STRUCTURAL) & (moves["move_type"] != "disciplinary"), "start_on"]
    windows = city.tables["freezes"]
    frozen = sum(starts.between(row.from_on, row.to_on).sum() for row in windows.itertuples())
    assert frozen < 0.15 * len(starts)


def test_compulsory_rotations_gain_less_than_own_requests(city):
    """Lots against preferences: 0.03 and 0.32, difference about 7 standard errors at this size."""
    tau = real_moves(city).groupby("move_type")["tau"].agg(["mean", "std", "size"])
    error = np.sqrt((tau["std"] ** 2 / tau["size"])[["rotation", "own_request"]].sum())
    assert tau.loc["own_request", "mean"] - tau.loc["rotation", "mean"] > 2 * error


def test_the_true_effect_is_what_comes_true(city):
    """Realised latent performance of movers in the year after, less the expectation: near zero (0.02 standard error)."""
    moves = real_moves(city)
    moves = moves[moves["start_on"].dt.month.between(3, 8)].assign(year=lambda t: t["start_on"].dt.year + 1)
    lived = moves.merge(city.truth["latent"], on=["employee_id", "year", "position_id"])
    assert len(lived) > 150
    assert (lived["latent"] - lived["in_post"]).mean() == pytest.approx(0.0, abs=0.1)
    assert np.corrcoef(lived["latent"], lived["in_post"])[0, 1] > 0.8


def test_with_all_effects_at_zero_no_move_changes_anything():
    city = small(**NO_EFFECT)
    rng = np.random.default_rng(0)
    now = city.truth["spells"][city.truth["spells"]["end"].isna()]
    who = now["employee_id"].to_numpy()[rng.integers(0, len(now), 2000)]
    where = city.truth["positions"]["position_id"].to_numpy()[rng.integers(0, len(city.truth["positions"]), 2000)]
    assert np.allclose(true_uplift(city.truth, who, where, "2025-12-31")["tau"], 0)


def test_without_match_everybody_gains_the_same_from_a_post():
    """match_sd = 0: what a post adds does not depend on who comes (training and leaders off: they follow the person's history)."""
    city = small(match_sd=0.0, training_effect=0.0)
    now = city.truth["spells"][city.truth["spells"]["end"].isna()]
    who = now["employee_id"].to_numpy()[:40]
    posts = city.truth["positions"]["position_id"].to_numpy()[:30]
    pairs = pd.MultiIndex.from_product([who, posts], names=["who", "post"])
    effect = true_uplift(city.truth, pairs.get_level_values(0), pairs.get_level_values(1), "2025-12-31").set_index(pairs)["tau"]
    table = effect.unstack("post")
    own = table.apply(lambda row: row - row.mean(), axis=1)  # the stay outlook differs, the order of posts must not
    heads = set(city.truth["positions"].loc[city.truth["positions"]["leads"], "position_id"])
    rest = own[[post for post in posts if post not in heads]]
    held = now.set_index("employee_id")["position_id"]
    assert rest[~held.loc[rest.index].isin(posts).to_numpy()].std().max() < 1e-9


def test_without_noise_leniency_and_quota_the_score_is_the_performance():
    city = small(noise_sd=0.0, rater_sd=0.0, quota=0.0)
    rows = city.tables["appraisals"].assign(year=lambda t: t["period_end"].dt.year)
    rows = rows[rows["score"].notna()].merge(city.truth["latent"], on=["employee_id", "year"])
    assert rows.groupby("year")[["score", "latent"]].corr().iloc[::2, 1].min() > 0.999


@pytest.fixture(scope="module")
def bare() -> City:
    """A small city with many dials at their ends."""
    off = (
        "refusal_rate",
        "surge_rate",
        "transition_dip",
        "training_effect",
        "staleness",
        "shock_sd",
        "response_rate",
        "missing_ratings",
    )
    return small(compulsory=1.0, **dict.fromkeys(off, 0.0))


@pytest.mark.parametrize(
    ("dial", "holds"),
    [
        ("refusal_rate", lambda city: set(city.tables["offers"]["response"]) == {"accepted"}),
        ("surge_rate", lambda city: city.truth["surges"].empty),
        ("compulsory", lambda city: not set(city.truth["moves"]["move_type"]) & {"own_request", "selected"}),
        ("transition_dip", lambda city: (city.truth["latent"]["dip"] == 0).all()),
        ("training_effect", lambda city: (city.truth["latent"]["training"] == 0).all()),
        ("staleness", lambda city: (city.truth["latent"]["staleness"] == 0).all()),
        ("shock_sd", lambda city: (city.truth["latent"]["shock"] == 0).all()),
        ("response_rate", lambda city: city.tables["surveys"].empty),
        (
            "missing_ratings",
            lambda city: _rated_before_last_year(city) == (city.truth["latent"]["year"] < city.knobs.last_year).sum(),
        ),
    ],
)
def test_a_dial_at_its_end_does_what_it_says(bare, dial, holds):
    assert holds(bare), dial


def _rated_before_last_year(city: City) -> int:
    """Ratings of the last year may be later than the extraction."""
    return int((city.tables["appraisals"]["period_end"].dt.year < city.knobs.last_year).sum())


def test_without_a_move_rate_nobody_moves():
    assert small(move_rate=0.0).truth["moves"].empty


def test_training_works_and_surveys_miss_the_discontent(city):
    """The planted course effect is there to be found; those who answer are better matched than those who do not."""
    latent = city.truth["latent"]
    assert set(np.round(latent["training"].unique(), 6)) == {0.0, city.knobs.training_effect}
    surveys = city.tables["surveys"].assign(year=lambda t: t["date"].dt.year)
    answered = latent.merge(
        surveys[["employee_id", "year"]].drop_duplicates(), on=["employee_id", "year"], how="left", indicator=True
    )
    answered = answered[answered["year"] > city.knobs.last_year - 6]
    there = answered.groupby(answered["_merge"] == "both", observed=True)["match"].mean()
    assert there[True] > there[False] + 0.03  # about 0.08, standard error 0.007
