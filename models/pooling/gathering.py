"""From a city's training rows and its fitted model to what it tells the others."""

from dataclasses import replace

import numpy as np

from features.trials import TrainingRows
from models.mixed.level_panel import FIXED, Record, record_of
from models.mixed.person_blocks import Floats
from models.pair_uplift import PairUplift
from models.pairs.core import column_scales
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


def contribution_of(rows: TrainingRows, model: PairUplift, marks: tuple[str, str]) -> Contribution:
    """Return what the city of ``rows`` tells the others by ``model``, which was fitted on them.

    ``marks`` are the name of the rule pack and the city's own mark. What other cities told ``model`` is not told again.
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
    pack, origin = marks
    found = Contribution(
        FORMAT, columns_digest(), pack, origin, _tens(between.people), len(np.unique(np.floor(record.panel.rows.time))),
        told, _digits(columns.std(axis=0)), tuple(_cell(part, record) for part in parts), _products(between),
        line_of(model.calibration), (),
    )  # fmt: skip
    return replace(found, model=_in_words(found.information()))


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
