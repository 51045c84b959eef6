"""Employee, position and pair features as of a day."""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from features.definitions import FEATURES, Feature, Side
from features.errors import UsageError
from features.families import (
    competence,
    distance,
    education,
    experience,
    leadership,
    moves,
    performance,
    post,
    rank,
    tenure,
    training,
    unit,
    views,
)
from features.families.context import Chart, Columns, Context, Counts, Floats, Ints, build_context
from features.families.pair_parts import PairPart
from features.ratings import HarmonisedRatings
from features.tables import ATTRIBUTE_PREFIX, Tables

PLACE_COLUMNS: tuple[str, ...] = ("unit_id", "job_family", "level")
"""What the level model reads of a position."""

_EMPLOYEE_FAMILIES = (performance, tenure, experience, education, rank, competence, training, views, moves, leadership)
_POSITION_FAMILIES = (post, unit)
_COUNTED_FAMILIES = (post, unit, education)
_PAIR_FAMILIES = (experience, performance, education, rank, competence, training, distance)


@dataclass(frozen=True, slots=True)
class FeatureFrames:
    """Features of one day.

    Attributes
    ----------
    as_of : Timestamp
    employees : DataFrame
        Indexed by employee_id: everybody in service; float64 and category columns in declared order.
    positions : DataFrame
        Indexed by position_id: every position with its unit's columns.
    parts : tuple of PairPart
        What computes pair columns from places in the two indices.
    pair_columns : tuple of str
        Names of the pair columns in declared order.
    spells : DataFrame
        ``posts.definitive_spells``: who sat where since when, and how they came.
    places : DataFrame
        Indexed by position_id: unit_id, job_family, level of every position.
    """

    as_of: pd.Timestamp
    employees: pd.DataFrame
    positions: pd.DataFrame
    parts: tuple[PairPart, ...]
    pair_columns: tuple[str, ...]
    spells: pd.DataFrame
    places: pd.DataFrame

    @property
    def columns(self) -> tuple[str, ...]:
        """Return the columns of the pair matrix in order."""
        return (*self.employees.columns, *self.positions.columns, *self.pair_columns)

    def pair_values(self, employee: Ints, position: Ints) -> dict[str, Floats]:
        """Return the pair columns for places in ``employees`` and ``positions`` (arrays that broadcast to one shape).

        The low-level form: one position against everybody is ``pair_values(np.arange(n), np.array([place]))``.
        """
        values: dict[str, Floats] = {}
        shape = np.broadcast_shapes(employee.shape, position.shape)
        for part in self.parts:
            values.update(part(employee, position))
        return {name: np.broadcast_to(values[name], shape).astype(np.float64, copy=False) for name in self.pair_columns}


def feature_frames(
    known: Tables, ratings: HarmonisedRatings, as_of: pd.Timestamp, totals: Counts | None = None, chart: Chart | None = None
) -> FeatureFrames:
    """Return every feature of ``as_of`` from tables cut back to it and ratings harmonised on no more than them.

    A feature exists where all its source tables exist in the source, so that columns are the same on every day.

    Parameters
    ----------
    known : Tables
        Everybody, or a part of the people: then the tables about people hold all rows of the part and no other, all other tables
        are whole.
    ratings : HarmonisedRatings
        Harmonised on everybody's ratings; ``scores`` are those of the people in ``known``.
    as_of : Timestamp
    totals : mapping of DataFrame, optional
        What everybody adds up to (`counted`, `summed`); needed where ``known`` is a part.
    chart : Chart, optional
        ``build_chart`` of the same posts and units, where it is there already.
    """
    context = build_context(known, ratings, as_of, chart)
    context = replace(context, totals=_counts(context) if totals is None else totals)
    return FeatureFrames(
        as_of,
        employee_frame(context),
        position_frame(context),
        tuple(part for family in _PAIR_FAMILIES if _has(known, family.NEEDS) for part in family.pair_parts(context)),
        tuple(feature.name for feature in _declared(known, "pair")),
        context.spells,
        context.positions[list(PLACE_COLUMNS)],
    )


def counted(known: Tables, ratings: HarmonisedRatings, as_of: pd.Timestamp, chart: Chart | None = None) -> Counts:
    """Return what the people of ``known`` add up to by post, unit and education field; parameters as `feature_frames`."""
    return _counts(build_context(known, ratings, as_of, chart))


def people_and_counts(
    known: Tables, ratings: HarmonisedRatings, as_of: pd.Timestamp, chart: Chart | None = None
) -> tuple[pd.DataFrame, Counts]:
    """Return the employee columns of a part of the people and what they add up to, in one go; parameters as `feature_frames`."""
    context = build_context(known, ratings, as_of, chart)
    return employee_frame(context), _counts(context)


def employee_frame(context: Context) -> pd.DataFrame:
    """Return the employee columns of a context: no other person changes them."""
    columns: Columns = {}
    for family in _EMPLOYEE_FAMILIES:
        if _has(context.known, family.NEEDS):
            columns.update(family.employee_columns(context))
    employees = _frame(columns, _declared(context.known, "employee"), context.people)
    return pd.concat([employees, _employee_attributes(context)], axis=1)


def position_frame(context: Context) -> pd.DataFrame:
    """Return the position columns of a context: of its people only the ``totals`` are read."""
    columns: Columns = {}
    for family in _POSITION_FAMILIES:
        columns.update(family.position_columns(context))
    positions = _frame(columns, _declared(context.known, "position"), context.positions.index)
    return pd.concat([positions, _position_attributes(context)], axis=1)


def _counts(context: Context) -> Counts:
    return {
        name: frame
        for family in _COUNTED_FAMILIES
        if _has(context.known, family.NEEDS)
        for name, frame in family.counts(context).items()
    }


def _declared(known: Tables, side: Side) -> list[Feature]:
    return [feature for feature in FEATURES if feature.side == side and all(source in known for source in feature.sources)]


def pair_matrix(frames: FeatureFrames, pairs: pd.DataFrame) -> pd.DataFrame:
    """Return the feature row of every pair, on the index of ``pairs``, columns in declared order.

    Parameters
    ----------
    frames : FeatureFrames
    pairs : DataFrame
        employee_id, position_id; one row per candidate.

    Raises
    ------
    UsageError
        A person is not in service at ``frames.as_of`` or a position is unknown.
    """
    employee, position = places(frames, pairs)
    employees = frames.employees.take(employee).set_axis(pairs.index)
    positions = frames.positions.take(position).set_axis(pairs.index)
    values = pd.DataFrame(frames.pair_values(employee, position), index=pairs.index)
    return pd.concat([employees, positions, values], axis=1)


def places(frames: FeatureFrames, pairs: pd.DataFrame) -> tuple[Ints, Ints]:
    """Return the places of the pairs' people and positions in the frames' indices."""
    employee = frames.employees.index.get_indexer(pairs["employee_id"]).astype(np.int64)
    position = frames.positions.index.get_indexer(pairs["position_id"]).astype(np.int64)
    missing, unknown = int((employee < 0).sum()), int((position < 0).sum())
    if missing or unknown:
        raise UsageError(
            f"pairs: {missing} of {len(pairs)} rows name a person who is not in service at {frames.as_of.date()}, "
            f"{unknown} a position that is not in the source. Leave these rows out or choose another as_of.",
            f"pairs: {missing} dari {len(pairs)} baris menyebut orang yang tidak bertugas pada {frames.as_of.date()}, "
            f"{unknown} jabatan yang tidak ada di sumber. Keluarkan baris itu atau pilih as_of lain.",
        )
    return employee, position


def _has(known: Tables, needs: tuple[str, ...]) -> bool:
    return all(table in known for table in needs)


def _frame(columns: Columns, features: list[Feature], index: pd.Index) -> pd.DataFrame:
    return pd.DataFrame({feature.name: columns[feature.name] for feature in features}, index=index)


def _employee_attributes(context: Context) -> pd.DataFrame:
    person, employees = context.rows("employees", *context.known["employees"].columns)
    at = np.full(len(context.people), -1, dtype=np.int64)
    at[person[::-1]] = np.arange(len(person))[::-1]  # the first row of a person counts
    return _attributes(employees.iloc[at].set_axis(context.people), "")


def _position_attributes(context: Context) -> pd.DataFrame:
    return pd.concat([_attributes(context.positions, "pos_"), _attributes(context.positions, "unit_", "unit_")], axis=1)


def _attributes(frame: pd.DataFrame, prefix: str, source_prefix: str = "") -> pd.DataFrame:
    start = source_prefix + ATTRIBUTE_PREFIX
    names = sorted(name for name in frame.columns if str(name).startswith(start))
    return pd.DataFrame({prefix + name.removeprefix(source_prefix): _typed(frame[name]) for name in names}, index=frame.index)


def _typed(column: pd.Series) -> pd.Series:
    if pd.api.types.is_bool_dtype(column) or pd.api.types.is_numeric_dtype(column):
        return column.astype("float64")
    return column.astype("str").astype(pd.CategoricalDtype(sorted(column.dropna().astype("str").unique())))
