"""Forecasts a model must beat that need more than past scores: learners on rows, what movers gained, hand-weighted local methods.

All are fitted on training rows that end before whatever they are asked about. They answer both questions a model answers: what a
person will do in a post (for the backtest), and what a move there changes (for the validation of effects).
"""

from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from features.trials import TrainingRows
from models.judgement.judged import as_before
from models.stack.encoding import Array, FrameEncoder
from models.stack.regressors import Linear, TreeParams, Trees, fit_ridge, fit_trees
from placement.local_methods import LOCAL_METHODS, Yardstick, local_scores, yardstick

EFFECTS: tuple[str, ...] = ("last_score", "marcel", "after_minus_before", "s_learner")
"""Rivals that forecast an effect, in SD."""
LEVELS: tuple[str, ...] = ("after_minus_before", "s_learner", *LOCAL_METHODS)
"""Rivals that forecast the outcome in a post, beside those of ``evaluation.baselines``."""
FEWEST_MOVERS = 20
"""Past movers below which nothing is learned from what they gained: then nobody gains, and everybody does as the mean, 0."""


@dataclass(frozen=True, slots=True)
class RivalParams:
    """How rivals learn.

    ``most_stayers``: rows of people who stayed that the S-learner sees, a random sample; ``family_prior``: moves the overall mean
    counts for in a job family's; ``trees``: of the S-learner.
    """

    most_stayers: int = 20_000
    family_prior: float = 20.0
    trees: TreeParams = field(default_factory=lambda: TreeParams(trees=120, leaves=15, min_leaf_rows=40))


@dataclass(frozen=True, slots=True)
class Rivals:
    """Fitted rivals.

    ``level``: LightGBM of the outcome on person, post and match (S-learner); ``change``: ridge of movers' outcome less last score
    (None: too few); ``families``: mean outcome by job family, shrunken; ``lines``: intercept and slope of movers' outcome on each
    local score.
    """

    level: Trees
    level_columns: FrameEncoder
    change: Linear | None
    change_columns: FrameEncoder
    families: pd.Series
    measure: Yardstick
    lines: dict[str, tuple[float, float]]

    def levels(self, matrix: pd.DataFrame) -> pd.DataFrame:
        """Return the outcome each of ``LEVELS`` forecasts for rows of (employee, post) features, in SD.

        A local method gives an order only: here it is a straight line of past movers' outcomes on its score.
        """
        order = local_scores(matrix, self.measure)
        lines = {name: self.lines[name][0] + self.lines[name][1] * order[name] for name in LOCAL_METHODS}
        after = _last(matrix) + self._gained(matrix)
        learned = {"after_minus_before": after, "s_learner": self._level(matrix)}
        return pd.DataFrame({**learned, **lines}, index=matrix.index)[list(LEVELS)]

    def effects(self, matrix: pd.DataFrame, origin: pd.DataFrame) -> pd.DataFrame:
        """Return the effect each of ``EFFECTS`` forecasts, in SD, and the score of each local method.

        Parameters
        ----------
        matrix, origin : DataFrame
            Row by row, on one index: features of the person in the post asked about, and in the post held before.
        """
        learned = {
            "last_score": -_last(matrix), "marcel": self._marcel(matrix, origin),
            "after_minus_before": self._gained(matrix),
            "s_learner": self._level(matrix) - self._level(origin),
        }  # fmt: skip
        return pd.DataFrame(learned, index=matrix.index)[list(EFFECTS)].join(local_scores(matrix, self.measure))

    def _gained(self, matrix: pd.DataFrame) -> Array:
        return np.zeros(len(matrix)) if self.change is None else self.change.predict(self.change_columns.transform(matrix))

    def _level(self, matrix: pd.DataFrame) -> Array:
        return self.level.predict(self.level_columns.transform(matrix))

    def _marcel(self, matrix: pd.DataFrame, origin: pd.DataFrame) -> Array:
        """Return the difference of two Marcel forecasts: both hold the person's record, only the mean shrunk to differs."""
        shrunk = 1.0 - matrix["perf_reliability"].fillna(0.0).to_numpy(dtype=np.float64)
        there, here = (_family(frame).map(self.families).fillna(self.families.mean()) for frame in (matrix, origin))
        return np.asarray(shrunk * (there - here).to_numpy(dtype=np.float64))


def fit_rivals(rows: TrainingRows, params: RivalParams, seed: int) -> Rivals:
    """Return the rivals fitted on ``rows``.

    Parameters
    ----------
    rows : TrainingRows
        Rows that hold nothing known later than what the rivals will be asked about.
    params : RivalParams
    seed : int
        Of the stayers drawn and of the trees.
    """
    y, weight = (rows.risk[name].to_numpy(dtype=np.float64) for name in ("outcome", "outcome_weight"))
    moved = rows.risk["moved"].to_numpy(dtype=bool)
    drawn, share = _sample(moved, params.most_stayers, seed)
    level_columns = FrameEncoder().fit(rows.risk_matrix.iloc[drawn])
    seen = level_columns.transform(rows.risk_matrix.iloc[drawn])
    level = fit_trees(seen, y[drawn], weight[drawn] * share, seed, params.trees)
    movers = rows.risk_matrix[moved]
    change_columns = FrameEncoder().fit(rows.risk_matrix)
    told = int(moved.sum()) >= FEWEST_MOVERS
    change = fit_ridge(change_columns.transform(movers), y[moved] - _last(movers), weight[moved]) if told else None
    measure = yardstick(rows.risk_matrix)
    order = local_scores(movers, measure)
    lines = {name: _line(order[name].to_numpy(dtype=np.float64), y[moved], weight[moved]) for name in LOCAL_METHODS}
    families = _family_means(_family(rows.risk_matrix), y, params.family_prior)
    return Rivals(level, level_columns, change, change_columns, families, measure, lines)


def posts_left(rows: TrainingRows, asked: pd.DataFrame) -> pd.DataFrame:
    """Return, on the index of ``asked`` (employee_id, decision_on), the features of the person in the post held before."""
    return as_before(rows, _places(rows, asked).to_numpy(dtype=np.intp)).set_axis(asked.index, axis=0)


def origins(rows: TrainingRows, asked: pd.DataFrame) -> pd.Series:
    """Return, on the index of ``asked`` (employee_id, decision_on), the post held before."""
    return rows.risk["origin_position_id"].loc[_places(rows, asked)].set_axis(asked.index)


def _places(rows: TrainingRows, asked: pd.DataFrame) -> pd.Series:
    keys = ["employee_id", "decision_on"]
    return asked[keys].merge(rows.risk[keys].assign(place=rows.risk.index), on=keys, how="left")["place"]


def _sample(moved: NDArray[np.bool_], most: int, seed: int) -> tuple[NDArray[np.intp], Array]:
    """Return every mover and at most ``most`` stayers (k,), and how many rows each stands for (k,)."""
    stayers = np.flatnonzero(~moved)
    kept = min(most, len(stayers))
    chosen = np.sort(np.r_[np.flatnonzero(moved), np.random.default_rng(seed).choice(stayers, kept, replace=False)])
    return chosen, np.where(moved[chosen], 1.0, len(stayers) / max(kept, 1))


def _last(matrix: pd.DataFrame) -> Array:
    return np.asarray(matrix["perf_last"].fillna(0.0), dtype=np.float64)


def _line(score: Array, y: Array, weight: Array) -> tuple[float, float]:
    """Return intercept and slope of the least-squares line of ``y`` on ``score``; the mean where the score does not vary."""
    if len(y) < FEWEST_MOVERS:
        return 0.0, 0.0
    mean, centre = np.average(y, weights=weight), np.average(score, weights=weight)
    variance = np.average((score - centre) ** 2, weights=weight)
    slope = float(np.average((score - centre) * y, weights=weight) / variance) if variance > 1e-12 else 0.0
    return float(mean - slope * centre), slope


def _family(matrix: pd.DataFrame) -> pd.Series:
    """Return the job family of each row's post, one for all where the source tells none."""
    known = matrix["pos_job_family"] if "pos_job_family" in matrix else pd.Series("", index=matrix.index)
    return known.astype("str")


def _family_means(family: pd.Series, y: Array, prior: float) -> pd.Series:
    groups = pd.Series(y).groupby(family.to_numpy())
    return (groups.sum() + prior * float(y.mean())) / (groups.size() + prior)
