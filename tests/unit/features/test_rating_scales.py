"""Grades and scores on one latent scale, against integrals and drawn tables."""

import numpy as np
import pandas as pd
import pytest
from scipy.integrate import quad
from scipy.stats import norm

from features.harmoniser.scales import hermite_means, interval_curvature, measure, normal_score
from features.tables import Tables, conform, employee_dtype

INTERVALS = [(-np.inf, -1.0), (-0.3, 0.4), (1.2, np.inf), (-np.inf, np.inf), (3.0, 3.5)]


def tables_with(appraisals: pd.DataFrame) -> Tables:
    people = employee_dtype(sorted(appraisals["employee_id"].unique()))
    posts = pd.DataFrame({"employee_id": people.categories, "position_id": "p1", "start_on": "2020-01-01", "end_on": "2023-03-31"})
    frames = {
        "appraisals": appraisals,
        "assignments": pd.concat([posts, posts.assign(position_id="p2", start_on="2023-04-01", end_on=None)]),
        "positions": pd.DataFrame({"position_id": ["p1", "p2"], "unit_id": ["u1", "u2"]}),
        "units": pd.DataFrame({"unit_id": ["u1", "u2"]}),
    }
    return Tables({name: conform(name, frame, people) for name, frame in frames.items()}, pd.Timestamp("2030-01-01"))


def with_appraisals(tables: Tables, appraisals: pd.DataFrame) -> Tables:
    return Tables({**tables.frames, "appraisals": appraisals}, tables.extracted_on)


def graded(ratings: list[int], **columns: object) -> Tables:
    rows = {"employee_id": [f"e{place:03d}" for place in range(len(ratings))], "rating": ratings}
    return tables_with(pd.DataFrame({**rows, "period_start": "2023-01-01", "period_end": "2023-12-31", **columns}))


@pytest.mark.parametrize(("lower", "upper"), INTERVALS)
def test_a_normal_score_is_the_mean_of_the_normal_within_its_interval(lower, upper):
    expected = quad(lambda z: z * norm.pdf(z), lower, upper)[0] / (norm.cdf(upper) - norm.cdf(lower))
    assert normal_score(np.array([lower]), np.array([upper]))[0] == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize(("lower", "upper"), INTERVALS)
def test_the_curvature_is_what_the_interval_takes_off_the_variance(lower, upper):
    mass = norm.cdf(upper) - norm.cdf(lower)
    mean, square = (quad(lambda z, k=k: z**k * norm.pdf(z), lower, upper)[0] / mass for k in (1, 2))
    expected = np.clip(1 - (square - mean**2), 0.02, 1.0)
    assert interval_curvature(np.array([lower]), np.array([upper]))[0] == pytest.approx(expected, abs=1e-6)


def test_an_empty_interval_far_out_gives_its_nearer_bound():
    assert normal_score(np.array([40.0]), np.array([41.0]))[0] == 40.0


def test_grades_get_the_normal_scores_of_their_shares():
    measured = measure(graded([5] * 10 + [4] * 90))
    cut = norm.ppf(0.9)
    expected = {5.0: norm.pdf(cut) / 0.1, 4.0: -norm.pdf(cut) / 0.9}
    spread = 0.1 * expected[5.0] ** 2 + 0.9 * expected[4.0] ** 2
    for raw, value in zip(measured.rows["raw"], measured.linear, strict=True):
        assert value == pytest.approx(expected[raw] / spread)


def test_result_and_behaviour_refine_a_grade():
    measured = measure(graded([4] * 50 + [5] * 50, work_result=[2] * 25 + [3] * 75, behaviour=[2] * 50 + [3] * 50))
    levels = pd.Series(measured.linear).groupby([measured.rows["rating"], measured.rows["work_result"]]).first()
    assert levels.is_monotonic_increasing
    assert levels.nunique() == 3


def test_a_missing_rating_is_read_from_its_quadrant_and_unusable_rows_are_counted():
    tables = graded([4] * 20, work_result=[3] * 20, behaviour=[3] * 20)
    rows = tables["appraisals"]
    rows.loc[0, "rating"] = pd.NA
    rows.loc[1, ["rating", "work_result"]] = pd.NA
    measured = measure(with_appraisals(tables, rows))
    assert measured.unusable == 1
    assert measured.rows["rating"].tolist() == [5] + [4] * 18


def test_few_numeric_levels_are_read_as_grades_and_many_as_scores():
    tables = graded([4] * 40)
    few = tables["appraisals"].assign(rating=pd.NA, score=np.tile([70.0, 80.0], 20))
    many = few.assign(score=np.linspace(60.0, 90.0, 40))
    ordinal = [measure(with_appraisals(tables, frame)).ordinal.all() for frame in (few, many)]
    assert ordinal == [True, False]


def test_scores_are_standardised_within_regime_and_year():
    tables = graded([4] * 60)
    frame = tables["appraisals"].assign(rating=pd.NA)
    frame["regime"] = ["a"] * 30 + ["b"] * 30
    frame["score"] = np.concatenate([np.linspace(0, 5, 30), np.linspace(100, 900, 30)])
    measured = measure(with_appraisals(tables, frame))
    groups = measured.rows.groupby("regime")["standard"]
    assert groups.mean().abs().max() < 1e-12
    assert groups.std(ddof=0).tolist() == pytest.approx([1.0, 1.0])


def test_the_hermite_series_gives_the_covariance_of_two_graded_ratings():
    """Tetrachoric covariance at correlation 0.5 by simulation; 2 million pairs, SE 0.002."""
    measured = measure(graded([5] * 113 + [4] * 887))
    means = hermite_means(measured, 8)
    rho = 0.5
    series = sum(rho ** (k + 1) * means[k] ** 2 / np.prod(np.arange(1.0, k + 2)) for k in range(8))
    rng = np.random.default_rng(0)
    first = rng.normal(size=2_000_000)
    second = rho * first + np.sqrt(1 - rho**2) * rng.normal(size=2_000_000)
    cut, (low, high) = norm.ppf(0.887), np.unique(measured.linear)
    simulated = np.mean(np.where(first > cut, high, low) * np.where(second > cut, high, low))
    assert series == pytest.approx(simulated, abs=0.02)


def test_no_rating_at_all_gives_an_empty_measurement():
    measured = measure(graded([]))
    assert len(measured.rows) == len(measured.linear) == 0


def test_a_rating_without_post_or_unit_belongs_to_the_post_held_in_mid_period():
    appraisals = pd.DataFrame(
        {
            "employee_id": ["ani"] * 4,
            "period_start": ["2019-01-01", "2022-01-01", "2023-01-01", "2023-01-01"],
            "period_end": ["2019-12-31", "2022-12-31", "2023-03-31", "2023-12-31"],
            "score": [1.0, 2.0, 3.0, 4.0],
        }
    )
    rows = measure(tables_with(appraisals)).rows
    assert rows["position_id"].fillna("-").tolist() == ["-", "p1", "p1", "p2"]
    assert rows["unit_id"].fillna("-").tolist() == ["-", "u1", "u1", "u2"]


def test_a_post_or_unit_given_with_the_rating_is_kept():
    appraisals = pd.DataFrame(
        {"employee_id": ["ani"], "period_start": ["2022-01-01"], "period_end": ["2022-12-31"], "score": [1.0]}
    )
    rows = measure(tables_with(appraisals.assign(position_id="p2", unit_id="elsewhere"))).rows
    assert rows[["position_id", "unit_id"]].iloc[0].tolist() == ["p2", "elsewhere"]
