"""From a city's training rows and its fitted model to what it tells the others."""

from dataclasses import replace

import numpy as np

from features.trials import TrainingRows
from models.mixed.belief import POSITION
from models.mixed.crossed import NEGLIGIBLE, solve_exactly
from models.mixed.level import CROSSED, LevelParams, equations_of, moments_of, sample_people, without_factors
from models.mixed.level_panel import FIXED, Record, record_of
from models.mixed.person_blocks import UNCONSTRAINED, Floats, told_of, unconstrained
from models.pair_uplift import PairUplift
from models.pairs.core import CoreSettings, column_scales
from models.pairs.lessons import panel_fit_columns
from models.pairs.uncertainty import Calibration
from models.pooling.contribution import (
    FORMAT,
    OTHER_FAMILIES,
    Cell,
    Contribution,
    Line,
    Products,
    columns_digest,
    estimates,
)
from models.pooling.cross_products import Part, cross_products
from models.pooling.information import Information, rounded

_DIGITS = 3
"""Significant digits of what is told of the whole city."""
_HALF_95 = 1.96


def contribution_of(rows: TrainingRows, model: PairUplift, params: LevelParams, marks: tuple[str, str], seed: int) -> Contribution:
    """Return what the city of ``rows`` tells the others by ``model``, which was fitted on them.

    ``marks`` are the name of the rule pack and the city's own mark; ``params`` and ``seed`` those of the fit. What
    other cities told ``model`` is not told again.
    """
    record = record_of(rows.ratings.scores, rows.spells, rows.places)
    settings = model.settings
    encoded = panel_fit_columns(record, rows, settings.fit)
    names = (*FIXED[1:], *settings.fit.names)
    scale = column_scales(record.posts, settings.fit)
    common = np.column_stack([record.panel.design.fixed[:, 1 : len(FIXED)], encoded]) * [scale[name] for name in names]
    told = tuple(name for name, column in zip(names, common.T, strict=True) if column.std() > 0)
    columns = common[:, [names.index(name) for name in told]]
    parts, between = cross_products(record.panel, told, columns, settings.components, np.array(settings.variances))
    variances = variances_told(record, record.panel.score - encoded @ np.array(settings.fit_effects), settings, params, seed)
    pack, origin = marks
    found = Contribution(
        FORMAT, columns_digest(), pack, origin, _tens(between.people), len(np.unique(np.floor(record.panel.rows.time))),
        told, _digits(columns.std(axis=0)), tuple(_cell(part, record) for part in parts), _products(between),
        tuple(map(_digits, variances.precision)), _digits(variances.potential), line_of(model.calibration), (),
    )  # fmt: skip
    return replace(found, model=_in_words(found.information()))


def variances_told(record: Record, score: Floats, settings: CoreSettings, params: LevelParams, seed: int) -> Information:
    """Return what the ratings say of the variances around those found: ``UNCONSTRAINED`` and the variance between positions.

    The log likelihood to second order, what was expected beforehand left out; of positions, by the effective number of effects.
    """
    variances = np.array(settings.variances)
    variances[CROSSED.index(POSITION)] = max(variances[CROSSED.index(POSITION)], NEGLIGIBLE)
    sample = sample_people(replace(record.panel, score=score), params.variance_people, seed)
    sample = without_factors(sample, variances)
    solution, posterior = solve_exactly(equations_of(sample, settings.components, variances))
    moments = moments_of(sample, solution, posterior)
    slope, curvature = told_of(sample.rows, sample.weight, moments, settings.components)
    part = sample.design.slices()[CROSSED.index(POSITION)]
    effects, spread = solution.crossed[part], solution.spread[part]
    count = max(len(effects) - float(spread.sum()) / variances[CROSSED.index(POSITION)], 1e-3)
    found = max(float(effects @ effects) / count, NEGLIGIBLE)
    precision = np.zeros((len(slope) + 1, len(slope) + 1))
    precision[:-1, :-1], precision[-1, -1] = curvature, count / 2
    potential = np.r_[curvature @ unconstrained(settings.components) + slope, count / 2 * np.log(found)]
    return Information((*UNCONSTRAINED, POSITION), precision, potential)


def line_of(calibration: Calibration) -> Line:
    """Return what the city's movers left out say of its effects; no slope where they are too few to say."""
    known = np.isfinite(calibration.slope)
    doubt = (calibration.slope_upper - calibration.slope_lower) / (2 * _HALF_95)
    slope, error = (_digit(calibration.slope), _digit(doubt)) if known else (None, None)
    return Line(slope, error, _digit(calibration.multiplier), _tens(calibration.movers))


def _cell(part: Part, record: Record) -> Cell:
    return Cell(OTHER_FAMILIES if part.family < 0 else str(record.posts.families[part.family]), _products(part))


def _products(part: Part) -> Products:
    told = rounded(part.told, part.people, part.response)
    return Products(_tens(part.people), tuple(map(tuple, told.precision.tolist())), tuple(told.potential.tolist()))


def _in_words(told: Information) -> tuple[str, ...]:
    found = zip(told.names, *estimates(told), strict=True)
    return tuple(
        f"{name} {value:+.3g} SD per unit, standard error {error:.2g}" for name, value, error in found if np.isfinite(error)
    )


def _tens(count: int) -> int:
    return count // 10 * 10


def _digit(value: float) -> float:
    return float(f"{value:.{_DIGITS}g}")


def _digits(values: Floats) -> tuple[float, ...]:
    return tuple(_digit(float(value)) for value in values)
