"""The effect of a move for any employee and any position: outlook if staying, outlook in the post, uplift with an interval.

The outlook of staying averages three forecasts of the level plainly: the mixed level model, LightGBM on its residual, and LightGBM
beside it with its forecast as a feature. The uplift is ``models.uplift.UpliftModel`` on the vacancy trials, whose first candidate
is the level model's own difference; its interval comes from the level model's posterior. See docs/estimation.md.
"""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from features.errors import ReleaseRefusedError, UsageError
from features.frames import FeatureFrames, pair_matrix, places
from features.ratings import HarmonisedRatings
from features.trials import TrainingRows
from models import model_folder
from models.explaining.explanation import explain
from models.judgement.account import UNTOUCHED, Correction
from models.judgement.grades import GradeParams, grades, lowered, named, one_worse, worsened
from models.mixed.belief import LevelBelief, belief_from
from models.mixed.fit_columns import FitColumns, fit_columns_of
from models.mixed.level import LevelParams
from models.mixed.level_panel import Posts, record_of
from models.mixed.person_blocks import Codes, Components, Floats
from models.pairs.conformal import RealisedWidths, noise_ahead, noise_of, realised_widths
from models.pairs.core import CoreSettings, column_scales, condition, fit_core, harmonised_away
from models.pairs.crossing import Crossed, Crossing
from models.pairs.effect_stage import CORE_EFFECT, STAY_OUTLOOK, EffectParams, effect_of, fit_effect, reads_pairs
from models.pairs.held_out import classroom, held_out_effects, mover_numbers
from models.pairs.lessons import Fitting, Forecasts, chosen_rows, forecast, own_posts, panel_fit_columns, usual_horizon
from models.pairs.pair_trees import PairTrees
from models.pairs.situation import Situation, leading_part, past_fitting, situate, terms, with_arrival
from models.pairs.tree_stage import Columns, Lessons, Stage, StageParams, blended, columns_of, fit_stage
from models.pairs.uncertainty import (
    Calibration,
    Support,
    calibrate,
    calibration_from,
    half_width,
    published,
    support_from,
    support_of,
)
from models.stack.encoding import TreeScores
from models.uplift import UpliftModel

Progress = Callable[[str], None]

_EFFECT = "effect"
"""Folder of the effect within that of the model."""
STATE: tuple[str, ...] = (
    "stay_core", "stay_rest", "stay_beside", "core_gain", "core_variance", "unit_variance", "same_post",
    "no_post", "overlap", "rating_noise",
)  # fmt: skip
"""Number columns of ``inputs`` before the pair columns: the person's state, free of identifiers."""
SHARE_REAL = 0.5
"""Share of the variance between units that is taken for real: ratings alone cannot tell it from leniency, and half is the mean of a
share of which nothing is known."""


@dataclass(frozen=True, slots=True)
class UpliftParams:
    """Study choices of the pair model.

    ``horizon_days`` from a decision to the middle of its outcome window where nobody moved yet (months 7-18: 380 days);
    ``max_rows`` risk rows the trees learn from; ``folds`` of persons for honest forecasts; ``mover_weight`` of a mover's row
    against a stayer's. ``belief`` is what other cities make one expect, in common units: made of their contributions (`--pool`).
    """

    level: LevelParams = field(default_factory=LevelParams)
    stage: StageParams = field(default_factory=StageParams)
    effect: EffectParams = field(default_factory=EffectParams)
    grade: GradeParams = field(default_factory=lambda: GradeParams(half_widths=(0.6, 0.85, 1.1)))
    horizon_days: int = 380
    max_rows: int = 50_000
    folds: int = 3
    mover_weight: float = 2.0
    belief: LevelBelief | None = None


@dataclass(frozen=True, slots=True)
class PairUplift:
    """A fitted pair model. It keeps variances, trees and calibration and nothing about any person or rater.

    ``labels`` is the correlation of two neutral ratings of one person by different raters, as label health found it.
    ``effect`` is None where too few people were assigned to learn from: the level model's difference, recalibrated, is published.
    ``abstaining`` publishes the movers' mean effect for everybody, grade D: for data that do not support ranking. ``correction``:
    how far broken promises draw the effects back; it belongs to the use of a model and is not saved with it.
    """

    settings: CoreSettings
    stage: Stage
    effect: UpliftModel | None
    calibration: Calibration
    realised: RealisedWidths
    support: Support
    grade: GradeParams
    labels: float
    abstaining: bool = False
    correction: Correction = UNTOUCHED

    def drawn_back(self, correction: Correction) -> "PairUplift":
        """Return the model that promises less by what ``correction`` says; one that abstains promises nothing to correct."""
        return self if self.abstaining else replace(self, correction=correction)

    def abstain(self) -> "PairUplift":
        """Return the model that claims no difference between posts: constant effect, grade D, wide interval."""
        return replace(self, abstaining=True, correction=UNTOUCHED)

    def on_threads(self, threads: int) -> "PairUplift":
        """Return the model that forecasts on so many threads; that is no part of a saved model and changes no forecast."""
        return replace(self, stage=replace(self.stage, threads=threads))

    def situate(self, frames: FeatureFrames, ratings: HarmonisedRatings, posts: pd.DataFrame) -> Situation:
        """Return people as they stand at ``frames.as_of``: effects of posts and units refitted on what was known then.

        Parameters
        ----------
        frames
            Features of the day.
        ratings
            Ratings harmonised on what was known that day.
        posts
            One row per person in a definitive post: employee_id, position_id.
        """
        record = record_of(ratings.scores, frames.spells, frames.places)
        core = condition(record, past_fitting(record, frames, self.settings), self.settings)
        standing = situate(frames, core, posts)
        trees = np.column_stack([np.zeros(len(standing.outlook)), standing.outlook])
        seated = standing.matrix.index.to_numpy()
        trees[seated] = self.stage.predict(self.stage.columns.encode(standing.matrix), standing.outlook[seated])
        noise = noise_ahead(ratings, frames.as_of, self.settings.horizon_days)
        return replace(standing, trees=trees, noise=noise)

    def inputs(self, situation: Situation, pairs: pd.DataFrame, matrix: pd.DataFrame | None = None) -> pd.DataFrame:
        """Return everything a forecast needs, one row per pair on the index of ``pairs``: ``STATE``, then the pair columns.

        ``matrix`` is ``pair_matrix(situation.frames, pairs)`` if the caller has it already.
        """
        place, spot = places(situation.frames, pairs)
        position = situation.core.posts.code(situation.frames.positions.index)[spot]
        columns = pair_matrix(situation.frames, pairs) if matrix is None else matrix
        found = terms(situation, place, position, columns)
        units = self._unit_doubt(found.elsewhere)
        state = pd.DataFrame({
            "stay_core": situation.outlook[place], "stay_rest": situation.trees[place, 0],
            "stay_beside": situation.trees[place, 1], "core_gain": found.gain(), "core_variance": found.spread,
            "unit_variance": units, "same_post": (situation.stay.position[place] == position).astype(np.float64),
            "no_post": (situation.stay.position[place] < 0).astype(np.float64),
            "overlap": self.support.overlap(situation.core.posts.families, found.left, found.entered),
            "rating_noise": situation.noise,
        }, index=pairs.index)  # fmt: skip
        return pd.concat([state, with_arrival(columns, "assigned")], axis=1)

    def predict_inputs(self, inputs: pd.DataFrame) -> pd.DataFrame:
        """Return the forecast of each row of ``inputs``; a pure function of its numbers and texts.

        Returns
        -------
        DataFrame
            On the index of ``inputs``: stay_outlook, expected_in_post, uplift, lower, upper (80 %, of the expected effect),
            realised_lower, realised_upper (80 %, of what will be recorded, less stay_outlook; all SD), grade, overlap, novelty.
            ``uplift`` equals ``expected_in_post - stay_outlook`` to the last bit.
        """
        state = {name: inputs[name].to_numpy(dtype=np.float64) for name in STATE}
        stay = blended(state["stay_core"], state["stay_rest"], state["stay_beside"])
        raw = self._effect(lambda: inputs, state["core_gain"], state["stay_core"])
        novelty = self.support.ranges.novelty(inputs)
        return _framed(self._published(stay, raw, state, novelty), inputs.index)

    def crossing(self, situation: Situation) -> Crossing:
        """Return the situation ready for ``predict``: whoever asks more than once keeps it."""
        crossing = Crossing(situation, self.support.ranges)
        learned, _ = self._speaking()
        if learned is not None and reads_pairs(learned):
            crossing.trees = PairTrees(crossing, learned.encoder_, CORE_EFFECT, STAY_OUTLOOK, self.stage.threads).scores
        return crossing

    def predict(self, situation: Situation | Crossing, pairs: pd.DataFrame) -> pd.DataFrame:
        """Return the forecast of each pair (employee_id, position_id), on its index: the columns of ``predict_inputs``.

        The same numbers to the last digits, without building the pair columns.
        """
        crossing = self.crossing(situation) if isinstance(situation, Situation) else situation
        place, spot = places(crossing.situation.frames, pairs)
        return _framed(self._crossed(crossing, place, spot, crossing.at(place, spot)), pairs.index)

    def among(self, crossing: Crossing, people: pd.Index) -> Callable[[pd.Index], dict[str, Floats]]:
        """Return what forecasts all of ``people`` (employee_id, in the order of the frames) in positions asked about together.

        It takes positions (position_id) of one job family and returns the columns of ``predict``, the same numbers to the last bit,
        each (positions, people); grades as places in ``GRADES``.
        """
        frames = crossing.situation.frames
        place = frames.employees.index.get_indexer(people).astype(np.int64)
        if (np.diff(place, prepend=-1) <= 0).any():
            raise UsageError(
                "people to forecast: not all are in service, each once and in the order of the features.",
                "pegawai yang diprakirakan: tidak semuanya bertugas, masing-masing sekali dan menurut urutan fitur.",
            )
        company = crossing.among(place)

        def against(positions: pd.Index) -> dict[str, Floats]:
            spot = frames.positions.index.get_indexer(positions).astype(np.int64)
            return self._crossed(crossing, place[None, :], spot[:, None], company.at(spot))

        return against

    def _crossed(self, crossing: Crossing, place: Codes, spot: Codes, found: Crossed) -> dict[str, Floats]:
        """Return the published numbers of people at ``place`` and positions at ``spot``, of which ``found`` is known."""
        there = crossing.situation
        shape = found.gain.shape
        outlook = there.outlook[place]
        stay, core = blended(outlook, there.trees[place, 0], there.trees[place, 1]), np.broadcast_to(outlook, shape)
        state = {
            "core_variance": found.spread, "unit_variance": self._unit_doubt(found.elsewhere),
            "same_post": found.same_post, "no_post": there.stay.position[place] < 0,
            "overlap": self.support.overlap(there.core.posts.families, found.left, found.entered),
            "rating_noise": np.asarray(there.noise),
        }  # fmt: skip

        def flat(numbers: Codes) -> Codes:
            return np.broadcast_to(numbers, shape).ravel()

        scored = None if crossing.trees is None else partial(crossing.trees, flat(place), flat(spot))
        raw = self._effect(lambda: pair_matrix(there.frames, _pairs(there.frames, flat(place), flat(spot))), found.gain.ravel(),
                           core.ravel(), scored)  # fmt: skip
        return self._published(stay, raw.reshape(shape), state, found.novelty)

    def shared_doubt(self, crossing: Crossing, pairs: pd.DataFrame) -> pd.DataFrame:
        """Return, on the index of ``pairs``, the standard errors (SD) that estimates have in common.

        Returns
        -------
        DataFrame
            ``person``: in all pairs of one person (what they leave), at most what the pair has; ``position``: in all pairs into one
            position; ``unit``: in all pairs that enter, and with the other sign leave, one unit; zero within a unit. The rest of
            the published standard error is the pair's own.
        """
        place, spot = places(crossing.situation.frames, pairs)
        found, factor = crossing.at(place, spot), self.calibration.multiplier
        left, into = crossing.shared_variance(place, spot)
        person = np.minimum(left, np.maximum(found.spread - into, 0.0))
        shared = {"person": factor**2 * person, "position": factor**2 * into, "unit": self._unit_doubt(found.elsewhere) / 2}
        return np.sqrt(pd.DataFrame(shared, index=pairs.index))

    def contributions(self, situation: Situation, pairs: pd.DataFrame) -> pd.DataFrame:
        """Return what each concept adds to the published uplift of each pair: pairs x concept, row sums equal the uplift."""
        place, spot = places(situation.frames, pairs)
        position = situation.core.posts.code(situation.frames.positions.index)[spot]
        matrix = with_arrival(pair_matrix(situation.frames, pairs), "assigned")
        return explain(situation, self._speaking(), (place, position), matrix, self.correction)

    def leading(self, situation: Situation, pairs: pd.DataFrame) -> pd.DataFrame:
        """Return, on the index of ``pairs``, what belongs to the unit where the post leads one: unit_gain, unit_doubt, unit_part.

        All in SD, missing where the post leads nothing, and part of none of the numbers of ``predict``: see ``leading_part``.
        """
        place, spot = places(situation.frames, pairs)
        position = situation.core.posts.code(situation.frames.positions.index)[spot]
        return leading_part(situation, place, position).set_axis(pairs.index)

    def save(self, folder: Path) -> None:
        """Write LightGBM texts and one JSON manifest to ``folder``."""
        manifest = {name: asdict(getattr(self, name)) for name in ("settings", "calibration", "realised", "support", "grade")}
        if self.settings.belief is None:
            del manifest["settings"]["belief"]
        stage = {"columns": asdict(self.stage.columns), "mean": self.stage.mean}
        boosters = {"rest": self.stage.rest, "beside": self.stage.beside}
        plain = {"stage": stage, "labels": self.labels, "abstaining": self.abstaining, "learned": self.effect is not None}
        model_folder.write(folder, {**manifest, **plain}, boosters)
        if self.effect is not None:
            self.effect.save(folder / _EFFECT)

    @staticmethod
    def load(folder: Path) -> "PairUplift":
        """Return the model that ``save`` wrote.

        Raises
        ------
        ReleaseRefusedError
            The model was written by another version of the program, or its folder is damaged.
        """
        try:
            return PairUplift._read(folder)
        except (OSError, LookupError, TypeError, ValueError) as error:
            raise ReleaseRefusedError(
                f"A stored model cannot be read by this version of the program ({type(error).__name__}). Train anew: `tepat run`.",
                f"Model tersimpan tidak terbaca oleh versi program ini ({type(error).__name__}). Latih lagi dengan `tepat run`.",
            ) from error

    @staticmethod
    def _read(folder: Path) -> "PairUplift":
        manifest, boosters = model_folder.read(folder), model_folder.boosters(folder, ("rest", "beside"))
        plain = manifest["stage"]
        levels = {name: tuple(texts) for name, texts in plain["columns"]["levels"].items()}
        columns = Columns(tuple(plain["columns"]["names"]), levels)
        stage = Stage(columns, boosters["rest"], boosters["beside"], plain["mean"])
        settings = manifest["settings"]
        return PairUplift(
            CoreSettings(
                Components(**settings["components"]), tuple(settings["variances"]), settings["unit_variance"],
                settings["horizon_days"],
                FitColumns(*(tuple(settings["fit"][name]) for name in ("names", "means", "scales"))),
                tuple(settings["fit_effects"]), settings["shared_doubt"], belief_from(settings.get("belief")),
            ),
            stage, UpliftModel.load(folder / _EFFECT) if manifest["learned"] else None, calibration_from(manifest["calibration"]),
            RealisedWidths(**{**manifest["realised"], "by_grade": tuple(manifest["realised"]["by_grade"])}),
            support_from(manifest["support"]),
            GradeParams(**{**manifest["grade"], "half_widths": tuple(manifest["grade"]["half_widths"])}),
            manifest["labels"], manifest["abstaining"],
        )  # fmt: skip

    def _speaking(self) -> tuple[UpliftModel | None, Calibration]:
        """Return the learned effect, and the line on the level model's difference that stands in where there is none."""
        if not self.abstaining:
            return self.effect, self.calibration
        return None, replace(self.calibration, centre=self.calibration.mean_effect, applied=0.0)

    def _unit_doubt(self, elsewhere: NDArray[np.bool_]) -> Floats:
        """Return the variance of what two units may really add, where the post lies in another unit."""
        return np.asarray(2 * SHARE_REAL * self.settings.unit_variance * elsewhere)

    def _effect(self, columns: Callable[[], pd.DataFrame], core: Floats, stay: Floats, scored: TreeScores | None = None) -> Floats:
        """Return the raw effects; ``columns`` makes the pair columns, which are asked for only if a learner reads them."""
        learned, line = self._speaking()
        if learned is None or not len(core):
            return published(core, line)
        return effect_of(learned, columns, core, stay, scored)

    def _published(self, stay: Floats, raw: Floats, state: Mapping[str, NDArray[Any]], novelty: Floats) -> dict[str, NDArray[Any]]:
        """Return the published columns, arrays of the shape of ``raw``; ``stay`` and ``state`` broadcast to it."""
        same = state["same_post"] > 0
        uplift = np.where(same, 0.0, self.correction.of(raw))
        expected = stay + uplift
        uplift = expected - stay
        units = state["unit_variance"] + self.correction.doubt**2
        half = np.where(same, 0.0, half_width(state["core_variance"], units, self.calibration))
        half = np.where(same, 0.0, np.maximum(half, self.grade.half_widths[-1])) if self.abstaining else half
        grade = grades(half, np.where(same, 1.0, state["overlap"]), np.where(same, 0.0, novelty), self.grade)
        grade = worsened(grade, _general_doubts(self.calibration, self.labels, self.grade))
        grade = one_worse(grade, self.correction.worse)
        grade = lowered(grade, self.abstaining | (state["no_post"] > 0))
        scatter = self.realised.constant if self.abstaining else np.array(self.realised.by_grade)[grade]
        scatter = np.where(same, self.realised.staying, scatter) * self.realised.scale(state["rating_noise"])
        return {
            "stay_outlook": np.broadcast_to(stay, raw.shape), "expected_in_post": expected, "uplift": uplift,
            "lower": uplift - half, "upper": uplift + half,
            "realised_lower": uplift - scatter, "realised_upper": uplift + scatter, "grade": grade, "overlap": state["overlap"],
            "novelty": novelty,
        }  # fmt: skip


def _framed(columns: Mapping[str, NDArray[Any]], index: pd.Index) -> pd.DataFrame:
    """Return published columns (n,) as a frame, grades by name."""
    return pd.DataFrame({**columns, "grade": named(columns["grade"])}, index=index)


def _pairs(frames: FeatureFrames, place: Codes, spot: Codes) -> pd.DataFrame:
    return pd.DataFrame({"employee_id": frames.employees.index.take(place), "position_id": frames.positions.index.take(spot)})


def fit_pair_uplift(rows: TrainingRows, params: UpliftParams, seed: int, progress: Progress = lambda stage: None) -> PairUplift:
    """Fit the pair model on ``rows``, which hold nothing known after their ``as_of``.

    Parameters
    ----------
    rows
        Seam 5.
    params
        Study choices.
    seed
        Of row sampling, person folds and LightGBM. The thread count changes nothing.
    progress
        Called with the name of each step as it begins.

    Raises
    ------
    TooLittleDataError
        Too few rated person-periods.
    """
    progress("variance components")
    record = record_of(rows.ratings.scores, rows.spells, rows.places)
    _, own_matrix = own_posts(rows)
    fit = fit_columns_of(own_matrix)
    belief = params.belief and params.belief.in_units_of(column_scales(record.posts, fit))
    encoded = panel_fit_columns(record, rows, fit)
    when = (usual_horizon(rows.risk, params.horizon_days), seed)
    away = harmonised_away(rows.ratings)
    settings = fit_core(record.panel, fit, encoded, params.level, when, away, belief)
    progress("honest forecasts")
    chosen = chosen_rows(rows.risk, params.max_rows, seed)
    risk = rows.risk.iloc[chosen].reset_index(drop=True)
    core = condition(record, encoded @ np.array(settings.fit_effects), settings)
    fitting = Fitting(*(settings.fit_terms(side.iloc[chosen]).sum(axis=1) for side in (own_matrix, rows.risk_matrix)))
    forecasts = forecast(core, risk, fitting, params.folds, seed)
    progress("trees")
    matrix = with_arrival(rows.risk_matrix.iloc[chosen], risk["arrival"].set_axis(chosen))
    columns = columns_of(matrix)
    lessons = _lessons(columns.encode(matrix), forecasts, risk, params.mover_weight)
    stage = fit_stage(columns, lessons, params.stage, seed)
    progress("effect")
    of_effects = params.effect if belief is None else replace(params.effect, slope=belief.slope[0], slope_doubt=belief.slope[1])
    effect = fit_effect(rows, core, own_matrix, of_effects, seed)
    progress("calibration")
    origins = with_arrival(rows.origin_matrix.iloc[mover_numbers(rows.risk, chosen)], "stay")
    recorded = replace(forecasts, doubt=forecasts.doubt + away.doubt * (1 + forecasts.unit_changed))
    room = classroom(columns, lessons, recorded, risk, noise_of(rows.ratings.scores, risk["outcome_on"]))
    realised = held_out_effects(room, columns.encode(origins), params.stage, seed)
    calibration, labels = calibrate(realised, of_effects.slope), rows.ratings.health.figures["persistent_correlation"]
    support, overlap = _support(risk[room.moved], matrix[room.moved], record.posts)
    units = np.asarray(2 * SHARE_REAL * settings.unit_variance * forecasts.unit_changed[room.moved], dtype=np.float64)
    half = half_width(realised.variance, units, calibration)
    grade = grades(half, overlap, support.ranges.novelty(matrix[room.moved]), params.grade)
    grade = worsened(grade, _general_doubts(calibration, labels, params.grade))
    widths = realised_widths(realised, published(realised.raw, calibration), calibration.mean_effect, grade.astype(np.int64))
    return PairUplift(settings, stage, effect, calibration, widths, support, params.grade, labels)


def _general_doubts(calibration: Calibration, labels: float, params: GradeParams) -> int:
    """Return how many grades every estimate of a model loses: for few movers behind it, for ratings that say little."""
    return int(calibration.effective < params.few_cases) + int(labels < params.weak_labels)


def _support(moves: pd.DataFrame, matrix: pd.DataFrame, posts: Posts) -> tuple[Support, Floats]:
    """Return the support that ``moves`` give, and the overlap of each of them with the others."""
    left, entered = (posts.family_of[posts.code(moves[name])] for name in ("origin_position_id", "position_id"))
    support = support_of(left, entered, posts.families, matrix)
    return support, support.overlap(posts.families, left, entered)


def _lessons(matrix: Floats, forecasts: Forecasts, risk: pd.DataFrame, mover_weight: float) -> Lessons:
    weight = risk["outcome_weight"].to_numpy(dtype=np.float64) * np.where(risk["moved"].to_numpy(dtype=bool), mover_weight, 1.0)
    return Lessons(matrix, forecasts.post, risk["outcome"].to_numpy(dtype=np.float64), weight)
