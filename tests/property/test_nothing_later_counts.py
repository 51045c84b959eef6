"""Whatever becomes known after as_of changes no harmonised score, no feature, no training row."""

import numpy as np
import pandas as pd
import pytest

from features.as_of import known_at
from features.definitions import FEATURES
from features.frames import feature_frames, pair_matrix
from features.posts import current_posts
from features.ratings import RatingParams, harmonise
from features.tables import Tables, employee_dtype
from features.trials import TrainingRows, TrialParams, training_rows

SEEDS = (1, 2)


def everything(tables: Tables, as_of: pd.Timestamp) -> dict[str, pd.DataFrame]:
    """Return all that features say at ``as_of``, as plain frames."""
    known = known_at(tables, as_of)
    ratings = harmonise(known, RatingParams())
    frames = feature_frames(known, ratings, as_of)
    rng = np.random.default_rng(0)
    pairs = pd.DataFrame(
        {
            "employee_id": frames.employees.index.take(rng.integers(0, len(frames.employees), 2000)),
            "position_id": frames.positions.index.take(rng.integers(0, len(frames.positions), 2000)),
        }
    )
    out = {
        "scores": ratings.scores,
        "raters": ratings.raters,
        "units": ratings.units,
        "posts": current_posts(known, as_of),
        "employees": frames.employees.reset_index(),
        "positions": frames.positions.reset_index(),
        "pairs": pair_matrix(frames, pairs),
    }
    return {name: plain(frame) for name, frame in out.items()}


def learned(tables: Tables, as_of: pd.Timestamp) -> dict[str, pd.DataFrame]:
    """Return the training rows at ``as_of``, as plain frames."""
    rows: TrainingRows = training_rows(tables, as_of, TrialParams(dates_per_year=1), every_second, seed=3)
    frames = {"risk": rows.risk, "risk_matrix": rows.risk_matrix, "trials": rows.trials, "trial_matrix": rows.trial_matrix}
    return {name: plain(frame) for name, frame in frames.items()} | {"funnel": rows.funnel}


def every_second(known: Tables, decision_on: pd.Timestamp, pairs: pd.DataFrame) -> np.ndarray:
    """Find every pair with an even hash eligible: depends on nothing but the pair."""
    return (pd.util.hash_pandas_object(pairs.astype("str"), index=False) % 2 == 0).to_numpy()


def plain(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the frame with categories as text: codes may differ, what they say may not."""
    texts = {name: frame[name].astype("str") for name in frame.columns if isinstance(frame[name].dtype, pd.CategoricalDtype)}
    return frame.assign(**texts)


def assert_same(first: dict[str, pd.DataFrame], second: dict[str, pd.DataFrame]) -> None:
    for name, frame in first.items():
        pd.testing.assert_frame_equal(frame, second[name], check_exact=True, obj=name)


@pytest.fixture(scope="module")
def as_of() -> pd.Timestamp:
    return pd.Timestamp("2023-07-01")


@pytest.fixture(scope="module")
def told(small_tables, as_of):
    """Return all that is said of the small city as it is."""
    return everything(small_tables, as_of)


@pytest.mark.parametrize("seed", SEEDS)
def test_later_knowledge_changes_no_score_and_no_feature(small_tables, rewrite_later, as_of, told, seed):
    assert_same(told, everything(rewrite_later(small_tables, as_of, seed), as_of))


def test_what_is_rewritten_shows_two_years_later(small_tables, rewrite_later, as_of):
    """The comparison can fail: every dated table that still grows differs once later rows are known."""
    later = as_of + pd.DateOffset(years=2)
    before, after = known_at(small_tables, later), known_at(rewrite_later(small_tables, as_of, 1), later)
    grown = [name for name in before.frames if len(before[name]) > len(known_at(small_tables, as_of)[name]) + 20]
    assert {"appraisals", "assignments", "trainings", "surveys", "service_demand"} <= set(grown)
    assert all(len(before[name]) != len(after[name]) for name in grown if name != "employees")


@pytest.mark.slow
def test_later_knowledge_changes_no_training_row(small_tables, rewrite_later, as_of):
    assert_same(learned(small_tables, as_of), learned(rewrite_later(small_tables, as_of, 5), as_of))


def test_earlier_knowledge_does_change_features(small_tables, as_of, told):
    """The comparison can fail: a rating changed before as_of shows."""
    appraisals = small_tables["appraisals"]
    column = "score" if appraisals["score"].notna().any() else "rating"
    first = appraisals["known_on"] < as_of
    changed = appraisals.assign(**{column: appraisals[column].where(~first, appraisals[column].iloc[::-1].to_numpy())})
    other = Tables({**small_tables.frames, "appraisals": changed}, small_tables.extracted_on)
    with pytest.raises(AssertionError):
        assert_same(told, everything(other, as_of))


def test_every_feature_is_declared_and_every_declared_feature_appears(told):
    matrix = told["pairs"]
    declared = [feature.name for feature in FEATURES]
    assert [name for name in matrix.columns if "attr_" not in name] == declared


def test_row_order_changes_nothing(small_tables, as_of, told):
    rng = np.random.default_rng(11)
    shuffled = {name: frame.iloc[rng.permutation(len(frame))].reset_index(drop=True) for name, frame in small_tables.frames.items()}
    assert_same(told, everything(Tables(shuffled, small_tables.extracted_on), as_of))


def test_renaming_people_in_order_changes_nothing(small_tables, as_of, told):
    old = small_tables.employee_ids.categories
    new = employee_dtype([f"{place:06d}" for place in range(len(old))])
    back = dict(zip(new.categories, old, strict=True))
    frames = {}
    for name, frame in small_tables.frames.items():
        ids = {
            column: pd.Categorical.from_codes(frame[column].cat.codes, dtype=new)
            for column in frame.columns
            if frame[column].dtype == small_tables.employee_ids
        }
        frames[name] = frame.assign(**ids)
    renamed = everything(Tables(frames, small_tables.extracted_on), as_of)
    for name, frame in renamed.items():
        if "employee_id" in frame:
            renamed[name] = frame.assign(employee_id=frame["employee_id"].map(back).astype("str"))
    assert_same(told, renamed)
