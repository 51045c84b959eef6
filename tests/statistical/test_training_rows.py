"""Training rows of a small invented city and of the players' panel: the funnel adds up, weights stand for people."""

import numpy as np
import pandas as pd
import pytest

from features.as_of import default_as_of, known_at
from features.errors import TooLittleDataError
from features.posts import ARRIVALS
from features.tables import Tables
from features.trials import TrainingRows, TrialParams, decision_dates, training_rows

PARAMS = TrialParams(dates_per_year=1)


def everybody(known: Tables, decision_on: pd.Timestamp, pairs: pd.DataFrame) -> np.ndarray:
    return np.ones(len(pairs), dtype=bool)


def every_third(known: Tables, decision_on: pd.Timestamp, pairs: pd.DataFrame) -> np.ndarray:
    return (pd.util.hash_pandas_object(pairs["employee_id"].astype("str"), index=False) % 3 == 0).to_numpy()


@pytest.fixture(scope="module")
def rows(small_tables) -> TrainingRows:
    return training_rows(small_tables, default_as_of(small_tables), PARAMS, everybody, seed=1)


def counts(rows: TrainingRows) -> dict[str, int]:
    return rows.funnel.set_index("step")["rows"].to_dict()


def test_the_funnel_adds_up(rows):
    found = counts(rows)
    assert found["at_risk"] == found["risk_rows"] + sum(n for step, n in found.items() if step.startswith("excluded:"))
    assert found["at_risk_movers"] == found["risk_movers"] + sum(
        n for step, n in found.items() if step.startswith("excluded_movers:")
    )
    assert found["risk_rows"] == len(rows.risk) == len(rows.risk_matrix)
    assert found["risk_movers"] == rows.risk["moved"].sum() == len(rows.origin_matrix)
    assert found["trial_rows"] == len(rows.trials) == len(rows.trial_matrix)


def test_what_is_no_move_is_counted_and_not_learned_as_one(rows, small_tables):
    none = {"renaming", "reinauguration", "entry"}
    assert none & {step.removeprefix("not_a_move:") for step in counts(rows)}
    assert counts(rows)["acting_assignments"] == small_tables["assignments"]["kind"].isin(["plt", "plh"]).sum() > 0
    moved = rows.risk[rows.risk["moved"]]
    assert set(moved["arrival"]) <= set(ARRIVALS) - {"stay", "first"}
    assert (moved["position_id"] != moved["origin_position_id"]).all()
    stayed = rows.risk[~rows.risk["moved"]]
    assert set(stayed["arrival"]) == {"stay"}
    assert (stayed["position_id"] == stayed["origin_position_id"]).all()


def test_rows_are_unique_complete_and_weigh_one_on_average(rows):
    assert not rows.risk.duplicated(["employee_id", "decision_on"]).any()
    assert not rows.trials.duplicated(["trial_id", "employee_id"]).any()
    assert rows.risk.notna().all(axis=None)
    assert rows.risk["outcome_weight"].mean() == pytest.approx(1.0)
    assert list(rows.risk_matrix.columns) == list(rows.trial_matrix.columns) == list(rows.origin_matrix.columns)
    assert rows.risk_matrix.notna().any().all()


def test_every_mover_stands_in_the_trial_of_the_post_filled(rows):
    movers = rows.trials[rows.trials["moved"]]
    keys = ["employee_id", "decision_on", "position_id"]
    assert len(movers.merge(rows.risk[rows.risk["moved"]], on=keys)) == len(movers) == rows.risk["moved"].sum()
    assert (movers["sampling_weight"] == 1.0).all()


def test_sampling_weights_stand_for_the_people_who_stayed(rows):
    """Everybody is eligible here, so the weights of a trial sum exactly to the number of stayers of its date."""
    stayers = rows.risk[~rows.risk["moved"]].groupby("decision_on").size()
    weights = rows.trials[~rows.trials["moved"]].groupby(["decision_on", "trial_id"])["sampling_weight"].sum()
    expected = stayers.reindex(weights.index.get_level_values("decision_on")).to_numpy()
    assert np.allclose(weights, expected)


@pytest.mark.slow
def test_only_the_eligible_are_sampled_and_weights_stay_unbiased(small_tables, rows):
    """Expected: a third of the stayers per trial; the SE of the mean over some hundred trials is below 3 % of it."""
    some = training_rows(small_tables, default_as_of(small_tables), PARAMS, every_third, seed=1)
    sampled = some.trials[~some.trials["moved"]]
    assert every_third(small_tables, default_as_of(small_tables), sampled).all()
    stayers = some.risk[~some.risk["moved"]]
    eligible = stayers[every_third(small_tables, default_as_of(small_tables), stayers)].groupby("decision_on").size()
    total = sampled.groupby("decision_on")["sampling_weight"].sum() / some.trials.groupby("decision_on")["trial_id"].nunique()
    assert (total / eligible).mean() == pytest.approx(1.0, abs=0.15)


@pytest.mark.slow
def test_the_same_seed_gives_the_same_rows_and_another_draws_others(small_tables, rows):
    again = training_rows(small_tables, default_as_of(small_tables), PARAMS, everybody, seed=1)
    other = training_rows(small_tables, default_as_of(small_tables), PARAMS, everybody, seed=2)
    pd.testing.assert_frame_equal(rows.trials, again.trials)
    pd.testing.assert_frame_equal(rows.risk, other.risk)
    assert not rows.trials["employee_id"].equals(other.trials["employee_id"])


def test_decision_dates_begin_with_the_first_known_rating_and_are_evenly_spaced(small_tables):
    as_of = default_as_of(small_tables)
    first = small_tables["appraisals"]["known_on"].min()
    for per_year in (1, 2, 4):
        days = decision_dates(known_at(small_tables, as_of), as_of, per_year)
        assert first <= days[0]
        assert days[-1] < as_of
        assert max(day.month for day in days) == 13 - 12 // per_year


def test_too_early_a_day_says_what_is_missing(small_tables):
    with pytest.raises(TooLittleDataError, match="no decision date has both ratings before it and a rated outcome"):
        training_rows(small_tables, small_tables["appraisals"]["known_on"].min(), PARAMS, everybody, seed=1)


@pytest.mark.slow
@pytest.mark.panels
def test_the_players_panel_gives_thousands_of_movers(players):
    """About 5,000 movers at one decision date a year on the panel at hand."""
    rows = training_rows(players, default_as_of(players), PARAMS, everybody, seed=1)
    found = counts(rows)
    assert found["assignments_begun"] == len(players["assignments"])
    assert rows.risk["moved"].sum() > 4000
    assert rows.risk["moved"].mean() < 0.5
    correlation = rows.risk["outcome"].corr(rows.risk_matrix["perf_level"])
    assert 0.3 < correlation < 0.62, "above 0.62 (the noise ceiling of estimation.md) something leaks"
