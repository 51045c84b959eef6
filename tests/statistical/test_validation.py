"""Validation on invented moves with known effects: it sees a good ranking, and sees nothing where there is nothing."""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import pytest

from features.errors import TooLittleDataError
from models.judgement.evidence import ValidationEvidence
from models.judgement.judged import ValidationParams
from models.judgement.release import ReleaseParams, decide
from models.judgement.validation import validate

PARAMS = ValidationParams(n_folds=3, draws=100)


@dataclass(frozen=True)
class Ratings:
    scores: pd.DataFrame


@dataclass(frozen=True)
class Rows:
    risk: pd.DataFrame
    risk_matrix: pd.DataFrame
    origin_matrix: pd.DataFrame
    trials: pd.DataFrame
    trial_matrix: pd.DataFrame
    ratings: Ratings


@dataclass(frozen=True)
class Health:
    verdict: str = "layak"


def invent(seed: int, spread: float = 0.4, employees: int = 1500, noise: float = 0.6) -> tuple[Rows, np.ndarray]:
    """Return rows of four decision dates in which the weak move more often, and the true effect of every trial row."""
    rng = np.random.default_rng(seed)
    ids = pd.CategoricalDtype([f"e{number:05d}" for number in range(employees)], ordered=True)
    dates = pd.to_datetime(["2020-01-01", "2021-01-01", "2022-01-01", "2023-01-01"])
    level, taste = rng.normal(0, 0.7, employees), rng.normal(size=employees)
    post_taste, post_leniency = rng.normal(size=60), rng.normal(0, 0.5, 60)
    person, when = np.tile(np.arange(employees), 4), np.repeat(np.arange(4), employees)
    last = level[person] + rng.normal(0, noise, len(person))
    moved = rng.random(len(person)) < 1 / (1 + np.exp(2.0 + 0.8 * last))
    origin, goal = rng.integers(0, 60, len(person)), rng.integers(0, 60, len(person))
    effect = 0.1 + spread * taste[person] * post_taste[goal]
    outcome = level[person] + rng.normal(0, noise, len(person)) + moved * effect
    risk = pd.DataFrame({
        "employee_id": pd.Categorical.from_codes(person, dtype=ids), "decision_on": dates[when], "moved": moved,
        "origin_position_id": origin.astype(str), "position_id": np.where(moved, goal, origin).astype(str), "outcome": outcome,
        "outcome_weight": 1.0,
    })  # fmt: skip
    risk_matrix = pd.DataFrame(
        {"perf_last": last, "perf_noise": rng.normal(size=len(person)), "ten_years": rng.random(len(person))}
    )
    stayers = rng.choice(np.flatnonzero(~moved), 2 * int(moved.sum()))
    row = np.concatenate([np.flatnonzero(moved), stayers])
    post = np.concatenate([goal[moved], rng.integers(0, 60, len(stayers))])
    trials = risk.iloc[row].drop(columns="origin_position_id").reset_index(drop=True)
    trial = np.concatenate([np.arange(moved.sum()), np.tile(np.arange(moved.sum()), 2)])
    trials = trials.assign(trial_id=trial, position_id=post.astype(str), sampling_weight=np.where(trials["moved"], 1.0, 10.0))
    trial_matrix = risk_matrix.iloc[row].reset_index(drop=True).assign(pair_fit=taste[person[row]] * post_taste[post])
    scores = pd.DataFrame({
        "employee_id": risk["employee_id"], "position_id": risk["origin_position_id"],
        "period_start": dates[when] - pd.Timedelta(days=365), "period_end": dates[when],
        "known_on": dates[when], "score": last, "leniency": post_leniency[origin],
    })  # fmt: skip
    rows = Rows(risk, risk_matrix, risk_matrix[moved].reset_index(drop=True), trials, trial_matrix, Ratings(scores))
    return rows, 0.1 + spread * taste[person[row]] * post_taste[post]


def forecast(rows: Rows, uplift: np.ndarray, sd: float = 0.05) -> pd.DataFrame:
    half = 1.2816 * sd
    return pd.DataFrame({"uplift": uplift, "lower": uplift - half, "upper": uplift + half}, index=rows.trials.index)


@pytest.fixture(scope="module")
def good() -> ValidationEvidence:
    rows, truth = invent(1)
    last = rows.trial_matrix["perf_last"]
    given = forecast(rows, truth).assign(beside_last_score=-last, order_merit=last, post_spread=0.4)
    return validate(rows, given, PARAMS, seed=0)


def test_the_truth_is_found_calibrated_and_ranking(good: ValidationEvidence) -> None:
    assert good.slope.lower < 1 < good.slope.upper
    assert good.autoc.lower > 0.1
    assert good.mean_effect.lower - 0.05 < 0.1 < good.mean_effect.upper + 0.05
    assert good.spread.value == pytest.approx(0.4, abs=0.06)
    assert good.outcome_r2.lower > 0.2
    assert 0.6 < good.propensity_auc.value < 0.75
    assert good.overlap.value > 0.99
    assert good.movers + good.stayers > 1000


def test_the_truth_beats_its_rivals(good: ValidationEvidence) -> None:
    gains = {rival.name: rival.loss_gain.value for rival in good.baselines}
    assert set(gains) == {"model", "zero", "constant", "last_score", "merit"}
    assert gains["zero"] == 0
    assert max(gains, key=lambda name: gains[name]) == "model"
    assert gains["last_score"] < 0


def test_an_order_is_judged_after_the_line_that_fits_it_best(good: ValidationEvidence) -> None:
    merit = good.baseline("merit")
    assert merit is not None
    assert merit.rescaled
    assert abs(merit.loss_gain.value - good.baseline("constant").loss_gain.value) < 0.03  # type: ignore[union-attr]
    assert not merit.autoc.above_zero


def test_the_truth_rises_over_the_fifths_and_its_plan_pays(good: ValidationEvidence) -> None:
    assert len(good.gates) == 5
    assert good.gates_ends.lower > 0.5
    assert not any(step.below_zero for step in good.gates_steps)
    assert good.plan_value.above_zero
    assert good.plan_value.value == pytest.approx(good.plan_promised.value, abs=0.35)
    assert good.robustness_of_slope.lower > 0.1
    assert good.gain_over_constant.above_zero


def test_pretended_moves_of_stayers_show_nothing(good: ValidationEvidence) -> None:
    for figure in (good.placebo_mean, good.placebo_slope, good.placebo_autoc):
        assert figure.lower - 0.1 < 0 < figure.upper + 0.1


def test_other_designs_bracket_the_mean_effect(good: ValidationEvidence) -> None:
    """The weak move more often after a bad year: the regression on past scores is right, differences flatter the move."""
    assert good.lagged_outcome.lower < 0.1 < good.lagged_outcome.upper
    assert good.did_last.value > good.lagged_outcome.value
    assert abs(good.bracket_gap.value) < 0.1
    assert 0 <= good.robustness_value.value < 1


def test_the_truth_is_released_and_ranks(good: ValidationEvidence) -> None:
    decision = decide(good, None, Health(), ReleaseParams())
    assert (decision.release, decision.ranking_supported) == ("champion", True)


def test_the_same_seed_gives_the_same_evidence() -> None:
    rows, truth = invent(2, employees=500)
    first, again = (validate(rows, forecast(rows, truth), PARAMS, seed=4) for _ in range(2))
    assert first.to_dict() == again.to_dict()


def test_intervals_that_claim_too_much_are_seen() -> None:
    rows, truth = invent(3)
    wrong = truth + np.random.default_rng(0).normal(0, 0.8, len(truth))
    found = validate(rows, forecast(rows, wrong, sd=0.05), PARAMS, seed=0)
    assert found.coverage.upper < 0.75
    assert found.excess_variance.lower > 4
    assert decide(found, None, Health(), ReleaseParams()).release == "refused"


def test_a_forecast_of_levels_is_seen_as_no_effect() -> None:
    """Regression to the mean: whoever was rated low looks as if a move would help; the scores must not be fooled."""
    rows, _ = invent(4, spread=0.0)
    fooled = validate(rows, forecast(rows, -rows.trial_matrix["perf_last"].to_numpy()), PARAMS, seed=0)
    assert abs(fooled.slope.value) < 0.15
    assert fooled.baseline("model").loss_gain.upper < 0  # type: ignore[union-attr]
    assert "gain_over_constant" in {reason.code for reason in decide(fooled, None, Health(), ReleaseParams()).reasons}


def test_how_far_forecasts_differ_between_posts_is_less_sure_the_fewer_moves_there_are() -> None:
    rows, truth = invent(5, employees=900)
    found = validate(rows, forecast(rows, truth).assign(post_spread=0.2), PARAMS, seed=0)
    error = PARAMS.spread_doubt / found.movers**0.5
    assert found.post_spread.value == pytest.approx(0.2)
    assert (found.post_spread.upper - found.post_spread.lower) / 2 == pytest.approx(1.2816 * error, rel=0.01)


def test_intervals_of_one_persons_outcome_are_held_to_what_was_recorded() -> None:
    """80 % intervals of normal errors hold 80 %; 500 movers: outside 0.74-0.86 in one case of 1,000."""
    rows, truth = invent(8, employees=900)
    aim = rows.trials["outcome"].to_numpy() + np.random.default_rng(1).normal(0, 0.5, len(truth))
    given = forecast(rows, truth).assign(recorded_lower=aim - 0.641, recorded_upper=aim + 0.641)
    found = validate(rows, given, PARAMS, seed=0)
    assert found.realised_coverage.value == pytest.approx(0.8, abs=0.06)
    assert np.isnan(validate(rows, forecast(rows, truth), PARAMS, seed=0).realised_coverage.value)


def test_leniency_that_was_foretold_is_met_with_slope_one() -> None:
    """Mover test: ratings in the new post carry its leniency, known beforehand; foretold twice as far apart, slope half."""
    rows, truth = invent(9, employees=900)
    lenient = pd.Series(np.random.default_rng(2).normal(0, 0.5, 60), index=[str(n) for n in range(60)])
    movers = rows.trials[rows.trials["moved"]]
    met = pd.DataFrame({
        "employee_id": movers["employee_id"], "position_id": movers["position_id"], "period_start": movers["decision_on"],
        "period_end": movers["decision_on"] + pd.Timedelta(days=365), "known_on": movers["decision_on"] + pd.Timedelta(days=400),
        "score": 0.0, "leniency": movers["position_id"].map(lenient),
    })  # fmt: skip
    rated = replace(rows, ratings=Ratings(pd.concat([rows.ratings.scores, met], ignore_index=True)))
    there = rows.trials["position_id"].map(lenient)
    slopes = []
    for stretch in (1.0, 2.0):
        given = forecast(rows, truth).assign(leniency_here=0.0, leniency_there=stretch * there)
        slopes.append(validate(rated, given, PARAMS, seed=0).unit_slope)
    assert slopes[0].lower - 0.1 < 1 < slopes[0].upper + 0.1
    assert slopes[1].value == pytest.approx(slopes[0].value / 2)


def test_forecasts_that_follow_leniency_are_refused() -> None:
    rows, truth = invent(5)
    posts = rows.ratings.scores.groupby("position_id")["leniency"].mean()
    tainted = truth + rows.trials["position_id"].map(posts).to_numpy()
    found = validate(rows, forecast(rows, tainted), PARAMS, seed=0)
    assert found.leniency_correlation.lower > 0.2
    assert "leniency_correlation" in {reason.code for reason in decide(found, None, Health(), ReleaseParams()).reasons}


def test_a_sample_of_stayers_gives_nearly_the_same_nuisances() -> None:
    rows, truth = invent(1)
    whole, part = (validate(rows, forecast(rows, truth), replace(PARAMS, max_stayers=n), seed=0) for n in (100_000, 1_500))
    assert part.movers == whole.movers
    assert part.outcome_r2.value == pytest.approx(whole.outcome_r2.value, abs=0.06)
    assert part.propensity_auc.value == pytest.approx(whole.propensity_auc.value, abs=0.04)
    assert part.mean_effect.value == pytest.approx(whole.mean_effect.value, abs=0.05)


def test_rows_without_a_forecast_are_not_judged() -> None:
    rows, truth = invent(6, employees=600)
    half = forecast(rows, truth)
    half.loc[half.index[::2], "uplift"] = np.nan
    found = validate(rows, half, PARAMS, seed=0)
    assert found.movers + found.stayers == len(rows.trials) // 2


def test_too_few_movers_are_refused_with_their_count() -> None:
    rows, truth = invent(7, employees=40)
    with pytest.raises(TooLittleDataError, match="movers and"):
        validate(rows, forecast(rows, truth), PARAMS, seed=0)


@pytest.mark.slow
def test_a_blind_ranking_is_rarely_called_supported() -> None:
    """Forecasts of pure noise: slope and AUTOC both clear of zero by chance in less than one of ten cities.

    False-alarm rate of this test: P(more than 7 of 25 | p = 0.1) < 0.003.
    """
    supported = 0
    for seed in range(25):
        rows, _ = invent(100 + seed, spread=0.0, employees=700)
        noise = np.random.default_rng(seed).normal(0, 0.2, len(rows.trials))
        found = validate(rows, forecast(rows, noise), replace(PARAMS, draws=60), seed=seed)
        supported += found.slope.above_zero and found.autoc.above_zero
    assert supported <= 7


@pytest.mark.slow
def test_the_mean_effect_is_covered() -> None:
    """80 % intervals of the mean effect hold the truth. False-alarm rate: P(fewer than 14 of 25 | p = 0.8) < 0.002."""
    covered = 0
    for seed in range(25):
        rows, truth = invent(200 + seed, employees=700)
        found = validate(rows, forecast(rows, truth), replace(PARAMS, draws=60), seed=seed)
        target = truth[rows.trials["moved"].to_numpy()].mean()
        covered += found.mean_effect.lower <= target <= found.mean_effect.upper
    assert covered >= 14
