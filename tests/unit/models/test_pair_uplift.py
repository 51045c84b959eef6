"""The pair model on a small invented city: identities that hold to the last bit, whatever the numbers are."""

from copy import copy
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm

from features.as_of import default_as_of, known_at
from features.errors import UsageError
from features.frames import feature_frames, places
from features.harmoniser.announced import Announced
from features.posts import current_posts
from features.tables import Tables
from features.trials import TrainingRows, TrialParams, training_rows
from models.explaining.concepts import CONCEPTS, concept_of_feature, concept_of_fixed
from models.judgement.account import Correction
from models.mixed.level import LevelParams
from models.mixed.level_panel import fixed_names
from models.pair_uplift import STATE, PairUplift, UpliftParams, fit_pair_uplift
from models.pairs import crossing
from models.pairs.core import UNSEEN_SUIT
from models.pairs.effect_stage import EffectParams
from models.pairs.pair_trees import PairTrees
from models.pairs.situation import Situation
from models.pairs.tree_stage import StageParams
from models.stack.combination import Belief
from models.tracking.run_record import folder_hash

SUM_TOLERANCE = 1e-6
"""What contributions may miss the published uplift by: sums of a hundred float64 terms stay far below."""
PARAMS = UpliftParams(
    level=LevelParams(rounds=2, variance_people=300), stage=StageParams(trees=20), effect=EffectParams(fewest=10, trees=10)
)


@dataclass(frozen=True)
class Fitted:
    rows: TrainingRows
    model: PairUplift
    situation: Situation
    posts: pd.DataFrame
    pairs: pd.DataFrame
    forecasts: pd.DataFrame


def anybody(known: Tables, on: pd.Timestamp, pairs: pd.DataFrame) -> np.ndarray:
    return np.ones(len(pairs), dtype=bool)


@pytest.fixture(scope="module")
def fitted(small_tables: Tables) -> Fitted:
    as_of = default_as_of(small_tables)
    rows = training_rows(small_tables, as_of, TrialParams(dates_per_year=1), anybody, 0)
    known = known_at(small_tables, as_of)
    model = fit_pair_uplift(rows, PARAMS, 0)
    frames, posts = feature_frames(known, rows.ratings, as_of), current_posts(known, as_of)
    situation = model.situate(frames, rows.ratings, posts)
    rng = np.random.default_rng(0)
    pairs = pd.DataFrame({
        "employee_id": frames.employees.index[rng.integers(0, len(frames.employees), 600)],
        "position_id": frames.positions.index[rng.integers(0, len(frames.positions), 600)],
    })  # fmt: skip
    return Fitted(rows, model, situation, posts, pairs, model.predict(situation, pairs))


def test_uplift_is_the_difference_to_the_last_bit(fitted: Fitted) -> None:
    out = fitted.forecasts
    assert (out["uplift"] == out["expected_in_post"] - out["stay_outlook"]).all()
    assert np.isfinite(out[["stay_outlook", "expected_in_post", "uplift", "lower", "upper"]]).all(axis=None)
    assert ((out["lower"] <= out["uplift"]) & (out["uplift"] <= out["upper"])).all()
    assert out["uplift"].std() > 0


def test_everybody_has_one_outlook_of_staying(fitted: Fitted) -> None:
    assert (fitted.forecasts.groupby(fitted.pairs["employee_id"].astype(str))["stay_outlook"].nunique() == 1).all()


def test_the_present_post_changes_nothing_with_certainty(fitted: Fitted) -> None:
    own = fitted.model.predict(fitted.situation, fitted.posts[["employee_id", "position_id"]])
    assert (own[["uplift", "lower", "upper"]] == 0.0).all(axis=None)
    assert (own["expected_in_post"] == own["stay_outlook"]).all()


def test_variances_estimated_at_nothing_make_no_certainty_of_another_post(fitted: Fitted) -> None:
    settings = fitted.model.settings
    none = replace(settings.components, trend=1e-6, family=1e-6, unit=1e-6, spell=1e-6)
    model = replace(
        fitted.model, settings=replace(settings, components=none, variances=(0.0,) * len(settings.variances), unit_variance=0.0)
    )
    out = model.predict(model.situate(fitted.situation.frames, fitted.rows.ratings, fitted.posts), fitted.pairs)
    half = ((out["upper"] - out["lower"]) / 2)[fitted.pairs["position_id"].to_numpy() != _own_positions(fitted)]
    assert (half >= norm.ppf(0.9) * model.calibration.multiplier * np.sqrt(UNSEEN_SUIT)).all()


def test_contributions_add_up_to_the_uplift(fitted: Fitted) -> None:
    parts = fitted.model.contributions(fitted.situation, fitted.pairs)
    assert list(parts.columns) == list(CONCEPTS)
    assert parts.index.equals(fitted.pairs.index)
    assert (parts.sum(axis=1) - fitted.forecasts["uplift"]).abs().max() < SUM_TOLERANCE
    assert (parts.abs().sum() > 0).sum() >= 5


@pytest.fixture(scope="module")
def loose(fitted: Fitted) -> PairUplift:
    """Return a model whose learners have weights, trees among them."""
    params = EffectParams(fewest=10, trust=0.2, weight_doubt=0.001, stayers=400, trees=10)  # every learner keeps its share
    return fit_pair_uplift(fitted.rows, replace(PARAMS, effect=params), 0)


def test_contributions_add_up_where_learners_and_a_slope_share_the_effect(fitted: Fitted, loose: PairUplift) -> None:
    assert loose.effect is not None
    assert (loose.effect.weights_ > 0).sum() > 1
    effect = copy(loose.effect)
    effect.combination_ = replace(effect.combination_, slope=Belief(0.4, 0.01), constant=0.1)
    model = replace(loose, effect=effect)
    situation = model.situate(fitted.situation.frames, fitted.rows.ratings, fitted.posts)
    parts = model.contributions(situation, fitted.pairs)
    assert (parts.sum(axis=1) - model.predict(situation, fitted.pairs)["uplift"]).abs().max() < SUM_TOLERANCE


def test_drawn_back_the_effects_promise_less_and_contributions_still_add_up(fitted: Fitted) -> None:
    back = fitted.model.drawn_back(Correction(usual=0.2, share=0.5, shift=-0.1, doubt=0.3, worse=("A", "B", "C")))
    found, before = back.predict(fitted.situation, fitted.pairs), fitted.forecasts
    moved = (before["uplift"] != 0).to_numpy()
    wanted = 0.2 + 0.5 * (before["uplift"] - 0.2) - 0.1
    assert (found["uplift"] - wanted)[moved].abs().max() < SUM_TOLERANCE
    assert (found["uplift"][~moved] == 0).all()
    assert ((found["upper"] - found["lower"]) >= (before["upper"] - before["lower"]))[moved].all()
    assert (found["grade"].cat.codes >= before["grade"].cat.codes).all()
    parts = back.contributions(fitted.situation, fitted.pairs)
    assert (parts.sum(axis=1) - found["uplift"]).abs().max() < SUM_TOLERANCE


def test_what_draws_a_model_back_is_not_saved_with_it_and_one_that_abstains_is_left_alone(fitted: Fitted, tmp_path: Path) -> None:
    less = Correction(shift=-0.1)
    for name, model in (("as_is", fitted.model), ("drawn_back", fitted.model.drawn_back(less))):
        (tmp_path / name).mkdir()
        model.save(tmp_path / name)
    assert folder_hash(tmp_path / "as_is") == folder_hash(tmp_path / "drawn_back")
    assert fitted.model.abstain().drawn_back(less) == fitted.model.drawn_back(less).abstain()


def test_the_published_effect_is_that_of_the_uplift_model(fitted: Fitted) -> None:
    effect, inputs = fitted.model.effect, fitted.model.inputs(fitted.situation, fitted.pairs)
    assert effect is not None
    rows = inputs.assign(core_effect=inputs["core_gain"], stay_outlook=inputs["stay_core"])[list(effect.feature_names_in_)]
    elsewhere = (inputs["same_post"] == 0).to_numpy()
    assert fitted.forecasts["uplift"].to_numpy()[elsewhere] == pytest.approx(effect.effect(rows)[elsewhere], abs=1e-12)


def test_the_level_models_difference_stands_alone_where_hardly_anybody_was_assigned(fitted: Fitted) -> None:
    few = replace(fitted.model, effect=None)
    inputs = few.inputs(fitted.situation, fitted.pairs)
    moved = (inputs["same_post"] == 0).to_numpy()
    uplift = few.predict_inputs(inputs)["uplift"].to_numpy()
    line, raw = few.calibration, inputs["core_gain"].to_numpy()[moved]
    assert line.applied == UpliftParams().effect.slope
    assert uplift[moved] == pytest.approx(line.centre + line.applied * (raw - line.centre), abs=1e-12)


def test_what_belongs_to_the_unit_is_said_of_leading_posts_alone_and_is_part_of_no_number(fitted: Fitted) -> None:
    parts = fitted.model.leading(fitted.situation, fitted.pairs)
    supervisory = fitted.situation.frames.positions["pos_supervisory"].reindex(fitted.pairs["position_id"]).to_numpy() > 0
    assert list(parts.columns) == ["unit_gain", "unit_doubt", "unit_part"]
    assert parts[~supervisory].isna().all(axis=None)
    assert 0 < parts.notna().all(axis=1).sum() <= supervisory.sum()


def test_inputs_alone_decide_the_forecast(fitted: Fitted) -> None:
    inputs = fitted.model.inputs(fitted.situation, fitted.pairs)
    assert not {"employee_id", "position_id"} & set(inputs.columns)
    assert list(inputs.columns[: len(STATE)]) == list(STATE)
    texts = [name for name in inputs.columns if not pd.api.types.is_numeric_dtype(inputs[name])]
    shuffled = inputs.astype(dict.fromkeys(texts, "str")).sample(frac=1.0, random_state=1)
    pd.testing.assert_frame_equal(fitted.model.predict_inputs(shuffled).loc[fitted.pairs.index], fitted.forecasts)


def test_a_saved_model_comes_back_byte_for_byte_and_holds_nobody(fitted: Fitted, tmp_path: Path) -> None:
    fitted.model.save(tmp_path / "one")
    PairUplift.load(tmp_path / "one").save(tmp_path / "two")
    texts, again = (
        {path.relative_to(tmp_path / name): path.read_bytes() for path in sorted((tmp_path / name).rglob("*.*"))}
        for name in ("one", "two")
    )
    assert texts == again
    everything = b"\n".join(texts.values()).decode()
    raters = fitted.rows.ratings.raters["rater_id"]
    people = [*fitted.situation.frames.employees.index.astype(str), *raters, *fitted.situation.frames.positions.index]
    assert not [name for name in people if f'"{name}"' in everything]
    again = PairUplift.load(tmp_path / "one").predict(fitted.situation, fitted.pairs)
    pd.testing.assert_frame_equal(again, fitted.forecasts, check_exact=True)


@pytest.mark.slow
def test_threads_change_neither_a_forecast_nor_the_saved_model(fitted: Fitted, tmp_path: Path) -> None:
    two = fit_pair_uplift(fitted.rows, replace(PARAMS, stage=replace(PARAMS.stage, threads=2)), 0)
    assert two.settings == fitted.model.settings
    pd.testing.assert_frame_equal(two.predict(fitted.situation, fitted.pairs), fitted.forecasts, check_exact=True)
    for name, model in (("one", fitted.model), ("two", two)):
        model.save(tmp_path / name)
    assert folder_hash(tmp_path / "one") == folder_hash(tmp_path / "two")


def test_an_abstaining_model_claims_one_effect_and_no_grade(fitted: Fitted) -> None:
    silent = fitted.model.abstain()
    out = silent.predict(fitted.situation, fitted.pairs)
    elsewhere = fitted.pairs["position_id"].to_numpy() != _own_positions(fitted)
    assert np.ptp(out.loc[elsewhere, "uplift"]) == pytest.approx(0.0, abs=1e-12)
    assert (out["grade"] == "D").all()
    assert ((out["upper"] - out["lower"])[elsewhere] / 2 >= silent.grade.half_widths[-1] - 1e-12).all()
    assert (out["uplift"] == out["expected_in_post"] - out["stay_outlook"]).all()


def _own_positions(fitted: Fitted) -> np.ndarray:
    own = fitted.posts.set_index(fitted.posts["employee_id"].astype(str))["position_id"]
    return fitted.pairs["employee_id"].astype(str).map(own).to_numpy()


def test_people_without_a_post_get_a_forecast_of_the_lowest_grade(fitted: Fitted) -> None:
    left_out = fitted.posts.iloc[:40]
    standing = fitted.model.situate(fitted.situation.frames, fitted.rows.ratings, fitted.posts.iloc[40:])
    pairs = left_out[["employee_id", "position_id"]].reset_index(drop=True)
    out = fitted.model.predict(standing, pairs)
    assert np.isfinite(out["uplift"]).all()
    assert (out["grade"] == "D").all()
    parts = fitted.model.contributions(standing, pairs)
    assert (parts.sum(axis=1) - out["uplift"]).abs().max() < SUM_TOLERANCE


def test_weak_labels_and_few_movers_each_cost_every_estimate_a_grade(fitted: Fitted) -> None:
    sound = replace(fitted.model, labels=0.9, calibration=replace(fitted.model.calibration, effective=1e6))
    few = replace(sound, calibration=replace(sound.calibration, effective=10.0))
    best = sound.predict(fitted.situation, fitted.pairs)["grade"].cat.codes
    for model, steps in ((replace(sound, labels=0.1), 1), (few, 1), (replace(few, labels=0.1), 2)):
        worse = model.predict(fitted.situation, fitted.pairs)["grade"].cat.codes
        assert (worse == np.minimum(best + steps, 3)).all()


def test_one_persons_rating_scatters_wider_than_the_effect(fitted: Fitted) -> None:
    out = fitted.forecasts
    assert (out["realised_lower"] < out["uplift"]).all()
    assert (out["uplift"] < out["realised_upper"]).all()
    silent = fitted.model.abstain().predict(fitted.situation, fitted.pairs)
    assert np.isfinite(silent[["realised_lower", "realised_upper"]]).all(axis=None)


def test_a_way_of_rating_announced_and_not_seen_widens_what_may_be_recorded_and_no_effect(fitted: Fitted) -> None:
    day = fitted.situation.frames.as_of
    ways = {"new": Announced(f"{day + pd.Timedelta(days=30):%Y-%m-%d}", f"{day:%Y-%m-%d}")}
    ratings = replace(fitted.rows.ratings, announced=ways)
    ahead = fitted.model.situate(fitted.situation.frames, ratings, fitted.posts)
    assert ahead.noise == pytest.approx(2.0)
    assert fitted.situation.noise < 2.0
    wide, usual = (fitted.model.predict(there, fitted.pairs) for there in (ahead, fitted.situation))
    same = ["uplift", "lower", "upper", "stay_outlook", "grade"]
    pd.testing.assert_frame_equal(wide[same], usual[same])
    assert (wide["realised_upper"] > usual["realised_upper"]).all()
    assert (wide["realised_lower"] < usual["realised_lower"]).all()


def test_no_pairs_give_no_rows(fitted: Fitted) -> None:
    none = fitted.pairs.iloc[:0]
    assert list(fitted.model.predict(fitted.situation, none).columns) == list(fitted.forecasts.columns)
    assert fitted.model.contributions(fitted.situation, none).shape == (0, len(CONCEPTS))


def test_every_feature_and_every_fixed_column_has_a_concept(fitted: Fitted) -> None:
    for name in fitted.rows.risk_matrix.columns:
        assert concept_of_feature(name) in CONCEPTS
    for name in fixed_names(fitted.situation.core.posts):
        assert concept_of_fixed(name) in CONCEPTS


def test_leniency_of_every_unit_is_there_to_be_added(fitted: Fitted) -> None:
    assert set(fitted.situation.leniency.index) >= set(fitted.situation.frames.places["unit_id"].dropna())
    assert fitted.situation.leniency.notna().all()


@pytest.mark.slow
def test_what_becomes_known_later_changes_no_forecast(small_tables: Tables, rewrite_later) -> None:
    as_of = default_as_of(small_tables) - pd.DateOffset(years=2)

    def forecasts(tables: Tables) -> pd.DataFrame:
        rows = training_rows(tables, as_of, TrialParams(dates_per_year=1), anybody, 0)
        known = known_at(tables, as_of)
        model = fit_pair_uplift(rows, PARAMS, 0)
        frames, posts = feature_frames(known, rows.ratings, as_of), current_posts(known, as_of)
        people = frames.employees.index[::7]
        pairs = pd.DataFrame({"employee_id": people, "position_id": np.resize(frames.positions.index, len(people))})
        out = model.predict(model.situate(frames, rows.ratings, posts), pairs)
        return out.set_axis(people.astype(str))

    pd.testing.assert_frame_equal(forecasts(small_tables), forecasts(rewrite_later(small_tables, as_of, 5)), check_exact=True)


def everybody_everywhere(situation: Situation, posts: int) -> pd.DataFrame:
    """Return all people (but one, in the first) against the first positions, position by position as lists ask."""
    frames = situation.frames
    spots = frames.positions.index[:posts]
    pairs = pd.DataFrame({
        "employee_id": frames.employees.index.take(np.tile(np.arange(len(frames.employees)), posts)),
        "position_id": np.repeat(spots, len(frames.employees)),
    })  # fmt: skip
    return pairs.drop(index=len(frames.employees) - 1)


@pytest.mark.parametrize("kept", [crossing._KEPT, 5_000])
def test_lists_and_single_pairs_get_the_forecast_of_the_model_inputs(
    fitted: Fitted, kept: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(crossing, "_KEPT", kept)
    listed, there = everybody_everywhere(fitted.situation, 40), fitted.model.crossing(fitted.situation)
    asked = [listed.iloc[first : first + 1_000] for first in range(0, len(listed), 1_000)] + [fitted.pairs, listed.iloc[:3]]
    for pairs in asked:
        expected = fitted.model.predict_inputs(fitted.model.inputs(fitted.situation, pairs))
        pd.testing.assert_frame_equal(fitted.model.predict(there, pairs), expected, rtol=1e-11, atol=1e-12)
    assert any(part.used for part in there.parts)


def test_a_forecast_is_the_same_to_the_last_bit_however_many_are_asked_with_it(fitted: Fitted) -> None:
    listed = everybody_everywhere(fitted.situation, 12)
    together, few = fitted.model.crossing(fitted.situation), listed.iloc[::97]
    expected = fitted.model.predict(together, listed).loc[few.index]
    assert any(part.used for part in together.parts)
    alone = fitted.model.crossing(fitted.situation)
    found = pd.concat([fitted.model.predict(alone, few.iloc[[place]]) for place in range(len(few))])
    assert not any(part.used for part in alone.parts)
    pd.testing.assert_frame_equal(found, expected, check_exact=True)


@pytest.mark.parametrize("kept", [crossing._KEPT, 5_000])
@pytest.mark.parametrize("which", ["fitted", "loose", "abstaining"])
def test_people_asked_about_posts_together_get_the_forecast_of_each_pair_to_the_last_bit(
    fitted: Fitted, loose: PairUplift, kept: int, which: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(crossing, "_KEPT", kept)
    model = {"fitted": fitted.model, "loose": loose, "abstaining": fitted.model.abstain()}[which]
    frames, there = fitted.situation.frames, model.crossing(fitted.situation)
    for people in (np.arange(len(frames.employees)), np.arange(0, len(frames.employees), 2), np.arange(1)):
        against = model.among(there, frames.employees.index.take(people))
        for family in np.unique(there.family)[:3]:
            for spots in np.array_split(np.flatnonzero(there.family == family)[:7], 2):
                if not len(spots):
                    continue
                found = against(frames.positions.index.take(spots))
                row, column = (at.ravel() for at in np.indices((len(spots), len(people))))
                pairs = pd.DataFrame({
                    "employee_id": frames.employees.index.take(people[column]),
                    "position_id": frames.positions.index.take(spots[row]),
                })  # fmt: skip
                expected = model.predict(there, pairs)
                for name in expected:
                    theirs = expected[name].cat.codes if name == "grade" else expected[name]
                    ours = np.broadcast_to(found[name], (len(spots), len(people))).ravel()
                    np.testing.assert_array_equal(ours, theirs.to_numpy(), err_msg=name)


def test_people_to_forecast_stand_in_the_order_of_the_features(fitted: Fitted) -> None:
    people = fitted.situation.frames.employees.index
    for wrong in (people[::-1], people[[0, 0]], pd.Index(["nobody"])):
        with pytest.raises(UsageError, match="in the order of the features"):
            fitted.model.among(fitted.model.crossing(fitted.situation), wrong)


def test_an_effect_that_reads_trees_gets_the_same_forecast_by_grid(fitted: Fitted, loose: PairUplift) -> None:
    there = loose.crossing(fitted.situation)
    listed = everybody_everywhere(fitted.situation, 20)
    for pairs in (listed, listed.iloc[:40]):
        expected = loose.predict_inputs(loose.inputs(fitted.situation, pairs))
        pd.testing.assert_frame_equal(loose.predict(there, pairs), expected, rtol=1e-11, atol=1e-12)
    trees = getattr(there.trees, "__self__", None)
    assert isinstance(trees, PairTrees)
    assert {arm for _, _, arm in trees.scorers} >= {0.0, 1.0}  # the S-learner asks for both arms


def test_what_errors_have_in_common_is_a_part_of_each_estimates_own(fitted: Fitted) -> None:
    """A person's part is the same in all their pairs, a position's in all into it, a unit's zero for who is there already."""
    there = fitted.model.crossing(fitted.situation)
    pairs = everybody_everywhere(fitted.situation, 30)
    shared, told = fitted.model.shared_doubt(there, pairs), fitted.model.predict(there, pairs)
    usual = shared.groupby(pairs["employee_id"].to_numpy())["person"].transform("max")
    assert ((usual - shared["person"]).abs() < 1e-9).mean() > 0.95, "less only where they return to what they know"
    assert shared.groupby(pairs["position_id"].to_numpy())["position"].nunique().eq(1).all()
    spread = (told["upper"] - told["lower"]).to_numpy() / (2 * norm.ppf(0.9))
    inside = shared["unit"].to_numpy() == 0
    place, spot = places(fitted.situation.frames, pairs)
    assert (inside == (there.unit[spot] == fitted.situation.stay.unit[place])).all()
    own = spread**2 - shared["person"] ** 2 - shared["position"] ** 2 - 2 * shared["unit"] ** 2
    assert (own[spread > 0] > -1e-9).all()
    assert shared["person"].gt(0).mean() > 0.9
