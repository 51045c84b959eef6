"""The harmoniser against known truth: hand-made organisations whose leniency, quotas and people are known."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm

from features.as_of import default_as_of, known_at
from features.ratings import HarmonisedRatings, RatingParams, harmonise
from features.tables import Tables, conform, employee_dtype
from simulation.ratings import GRADED

TOP_SHARE, LOW_SHARE = 0.113, 0.004
"""Shares of Sangat Baik and of everything below Baik (domain.md 2.5)."""
SLOPE_TOLERANCE = 0.12
"""Three standard errors of a slope of scores on the truth, 800 people in 24 units."""


@dataclass(frozen=True)
class Organisation:
    people: int = 800
    years: int = 9
    numeric_years: int = 4
    units: int = 24
    person_sd: float = 0.8
    unit_sd: float = 0.5
    year_sd: float = 0.3
    rater_sd: float = 0.35
    noise_sd: float = 0.6
    move_rate: float = 0.12
    quadrant: bool = True

    @property
    def total(self) -> float:
        parts = (self.person_sd, self.unit_sd, self.year_sd, self.rater_sd, self.noise_sd)
        return float(sum(part**2 for part in parts))


def rated(organisation: Organisation, seed: int) -> tuple[Tables, pd.DataFrame]:
    """Return tables of ratings, and beside every rating the true performance and the unit's shift."""
    rng = np.random.default_rng(seed)
    o = organisation
    ability, unit = o.person_sd * rng.normal(size=o.people), rng.integers(0, o.units, o.people)
    shift = o.unit_sd * rng.normal(size=(o.units, 1)) + o.year_sd * rng.normal(size=(o.units, o.years))
    leniency = o.rater_sd * rng.normal(size=(o.units, 3))
    years = []
    for year in range(o.years):
        unit = np.where(rng.random(o.people) < o.move_rate, rng.integers(0, o.units, o.people), unit)
        rater = rng.integers(0, 3, o.people)
        seen = ability + shift[unit, year] + leniency[unit, rater] + o.noise_sd * rng.normal(size=o.people)
        frame = pd.DataFrame(
            {
                "employee_id": [f"E{place:04d}" for place in range(o.people)],
                "period_start": pd.Timestamp(2014 + year, 1, 1),
                "period_end": pd.Timestamp(2014 + year, 12, 31),
                "unit_id": [f"U{place}" for place in unit],
                "position_id": [f"P{place}" for place in unit],
                "rater_id": [f"R{place}-{who}" for place, who in zip(unit, rater, strict=True)],
                "true": ability,
                "shift": shift[unit, year],
            }
        )
        years.append(frame.assign(**marks(o, seen / np.sqrt(o.total), year, rng)))
    answers = pd.concat(years, ignore_index=True)
    return tables_of(answers, o), answers


def marks(o: Organisation, z: np.ndarray, year: int, rng: np.random.Generator) -> dict[str, object]:
    """Return numeric scores in the first years, then grades of which nearly all are Baik or Sangat Baik."""
    if year < o.numeric_years:
        return {"score": np.round(85 + 4 * z, 2), "regime": "numeric"}
    top, low = z > norm.ppf(1 - TOP_SHARE), z < norm.ppf(LOW_SHARE)
    marked: dict[str, object] = {"rating": np.where(top, 5, np.where(low, 3, 4)), "regime": "grades"}
    if o.quadrant:
        better = (z > norm.ppf(0.55)) & ~top
        result = better & (rng.random(len(z)) < 0.5)
        marked["work_result"] = np.where(top | result, 3, np.where(low, 1, 2))
        marked["behaviour"] = np.where(top | (better & ~result), 3, 2)
    return marked


def tables_of(answers: pd.DataFrame, o: Organisation) -> Tables:
    people = employee_dtype(sorted(answers["employee_id"].unique()))
    units, first = [f"U{place}" for place in range(o.units)], answers.drop_duplicates("employee_id")
    frames = {
        "employees": pd.DataFrame({"employee_id": people.categories}),
        "units": pd.DataFrame({"unit_id": units}),
        "positions": pd.DataFrame({"position_id": [f"P{place}" for place in range(o.units)], "unit_id": units}),
        "assignments": first[["employee_id", "position_id"]].assign(start_on=pd.Timestamp(2013, 1, 1)),
        "appraisals": answers,
    }
    return Tables({name: conform(name, frame, people) for name, frame in frames.items()}, pd.Timestamp(2030, 1, 1))


def beside_truth(ratings: HarmonisedRatings, answers: pd.DataFrame) -> pd.DataFrame:
    scores = ratings.scores.assign(employee_id=ratings.scores["employee_id"].astype("str"))
    truth = answers[["employee_id", "period_start", "true", "shift"]]
    return scores.merge(truth, on=["employee_id", "period_start"]).sort_values(["employee_id", "period_start"])


@pytest.fixture(scope="module")
def default() -> tuple[HarmonisedRatings, pd.DataFrame, Organisation]:
    organisation = Organisation()
    tables, answers = rated(organisation, seed=5)
    return harmonise(tables, RatingParams()), answers, organisation


def test_harmonised_scores_follow_true_performance_better_than_ratings_do(default):
    ratings, answers, _ = default
    both = beside_truth(ratings, answers)
    for regime, least in (("numeric", 0.05), ("grades", 0.15)):
        rows = both[both["regime"] == regime]
        assert rows["score"].corr(rows["true"]) > rows["raw"].corr(rows["true"]) + least


def test_a_move_to_a_generous_unit_no_longer_looks_like_a_gain():
    """Grades only, moves to units more generous by 0.8 and more; the SE of the mean change is 0.07: one false alarm in 150."""
    tables, answers = rated(Organisation(people=2000, units=40), seed=6)
    rows = beside_truth(harmonise(tables, RatingParams()), answers)
    rows = rows[rows["regime"] == "grades"]
    before = rows.groupby("employee_id").shift(1)
    gained = rows["shift"] - before["shift"] > 0.8
    assert gained.sum() > 60
    raw, neutral = rows["standard"] - before["standard"], rows["score"] - before["score"]
    assert raw[gained].mean() > 0.3
    assert abs(neutral[gained].mean()) < 0.2


def test_variance_components_come_back_without_overstatement(default):
    """Two SEs of the moment estimates at this size are about 0.06 (people) and 0.05 (24 units)."""
    ratings, _, o = default
    found = ratings.variances.components
    assert found["person"] + found["spell"] == pytest.approx(o.person_sd**2 / o.total, abs=0.08)
    assert found["unit"] + found["unit_year"] == pytest.approx((o.unit_sd**2 + o.year_sd**2) / o.total, abs=0.1)
    assert found["rater"] == pytest.approx(o.rater_sd**2 / o.total, abs=0.04)


def test_plain_effects_overstate_what_raters_differ_by(default):
    variances = default[0].variances
    assert variances.plug_in["rater"] > 1.5 * variances.components["rater"]


def test_a_score_is_less_reliable_where_its_rater_is_unknown(default):
    tables, _ = rated(Organisation(people=400, years=6), seed=9)
    rows = tables["appraisals"]
    unknown = rows.index % 3 == 0
    some = Tables({**tables.frames, "appraisals": rows.assign(rater_id=rows["rater_id"].mask(unknown))}, tables.extracted_on)
    scores = harmonise(some, RatingParams()).scores
    stated = scores.groupby([scores["regime"], scores["rater_id"].isna()])["reliability"].mean().unstack()
    assert (stated[True] < stated[False]).all()


def test_one_published_sd_is_one_sd_of_performance_in_every_regime(default):
    """The standard error of a slope is 0.04 here (800 people, 24 units)."""
    ratings, answers, o = default
    both = beside_truth(ratings, answers)
    for _, rows in both.groupby("regime"):
        assert np.polyfit(rows["true"] / o.person_sd, rows["score"], 1)[0] == pytest.approx(1.0, abs=SLOPE_TOLERANCE)


def test_the_variance_of_scores_is_one_over_their_reliability(default):
    ratings, _, _ = default
    for _, rows in ratings.scores.groupby("regime"):
        assert rows["score"].var() == pytest.approx(1.0 / rows["reliability"].mean(), rel=0.02)


def test_reliability_is_the_share_of_the_score_that_is_the_person(default):
    ratings, answers, _ = default
    both = beside_truth(ratings, answers)
    for _, rows in both.groupby("regime"):
        assert rows["reliability"].mean() == pytest.approx(rows["score"].corr(rows["true"]) ** 2, abs=0.1)


def test_a_numeric_standard_score_is_the_sum_of_score_and_leniency(default):
    ratings, _, _ = default
    rows = ratings.scores[ratings.scores["regime"] == "numeric"]
    rebuilt = (rows["score"] + rows["leniency"]) * rows["scale"]
    assert np.allclose(rebuilt, rows["standard"].clip(-4, 4))


@pytest.mark.slow
def test_ratings_without_a_person_in_them_are_found_unfit_and_others_fit():
    """20 seeds each: at a true rate of 97.5 % two or more misses of 20 come up once in 11."""
    verdicts = {sd: [] for sd in (0.0, 0.8)}
    for sd, found in verdicts.items():
        for seed in range(20):
            organisation = Organisation(people=400, years=6, person_sd=sd)
            found.append(harmonise(rated(organisation, seed)[0], RatingParams()).health.verdict)
    assert verdicts[0.0].count("tidak layak") >= 19
    assert verdicts[0.8].count("layak") >= 19


def test_grades_without_quadrant_still_gain(default):
    tables, answers = rated(Organisation(quadrant=False, numeric_years=0), seed=2)
    both = beside_truth(harmonise(tables, RatingParams()), answers)
    assert both["score"].corr(both["true"]) > both["raw"].corr(both["true"]) + 0.01


def test_the_invented_city_is_harmonised_towards_its_truth(small_city, small_tables):
    known = known_at(small_tables, default_as_of(small_tables))
    scores = harmonise(known, RatingParams()).scores
    latent = small_city.truth["latent"].drop_duplicates(["employee_id", "year"])[["employee_id", "year", "latent"]]
    both = scores.assign(employee_id=scores["employee_id"].astype("str"), year=scores["period_end"].dt.year)
    both = both.merge(latent.assign(employee_id=latent["employee_id"].astype("str")), on=["employee_id", "year"])
    graded = both[both["regime"] == GRADED]
    assert len(both) == len(scores)
    assert graded["score"].corr(graded["latent"]) > graded["raw"].corr(graded["latent"]) + 0.15
