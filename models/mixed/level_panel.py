"""From ratings and spells to the rows of the level model, and from a person and a post to the row to be predicted."""

from dataclasses import dataclass, fields

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from models.mixed.crossed import Design
from models.mixed.heads import Heads, heads_of
from models.mixed.level import Panel
from models.mixed.person_blocks import Codes, Floats, Rows

ARRIVALS: tuple[str, ...] = ("first", "assigned", "selected", "promotion", "own_request")
"""How people come to a post, the reference first. Candidates are always predicted as ``assigned``."""

_EPOCH_YEAR = 1970.0
DAYS_PER_YEAR = 365.25
_SETTLING_YEARS = 0.7
"""Time constant of settling into a post: what is left of the first weeks' dip after t years is exp(-t / 0.7)."""
_STALE_AFTER_YEARS, _STALE_UNTIL_YEARS = 4.0, 12.0
"""Years in one post from which, and up to which, more of them may tell (time in post: boredom, stagnation)."""
_NEW_BELOW_YEARS = 0.5
_EXPERIENCE_FULL_YEARS = 10.0
"""Years in a family beyond which more of them add nothing."""
_DAY_SPAN = 1_000_000
_WEIGHT_RANGE = (0.05, 10.0)


@dataclass(frozen=True, slots=True)
class Posts:
    """The posts of one city as codes: names in code order; per position its unit, family (-1 unknown) and standardised level.

    ``level_scale``: levels in one step of it.
    """

    positions: pd.Index
    units: pd.Index
    families: pd.Index
    unit_of: Codes
    family_of: Codes
    level_of: Floats
    level_scale: float = 1.0

    def code(self, position_ids: pd.Series) -> Codes:
        """Return position codes, -1 for positions not listed."""
        return np.asarray(self.positions.get_indexer(pd.Index(position_ids)), dtype=np.int64)


@dataclass(frozen=True, slots=True)
class Experience:
    """Days served by person and family: one entry per spell, sorted by ``key`` (person x family x first day).

    ``before`` are the days served in the family before the spell, ``end`` its last day (the open spell has none: far ahead).
    """

    key: Codes
    group: Codes
    start: Codes
    end: Codes
    before: Codes
    families: int

    def years(self, employee: Codes, family: Codes, day: Codes) -> Floats:
        """Return years served in ``family`` before ``day``."""
        group = employee * (self.families + 1) + family + 1
        at = np.searchsorted(self.key, group * _DAY_SPAN + day, side="left") - 1
        place = np.maximum(at, 0)
        known = (at >= 0) & (self.group[place] == group) & (family >= 0)
        served = self.before[place] + np.minimum(day, self.end[place] + 1) - self.start[place]
        return np.where(known, served, 0) / DAYS_PER_YEAR


@dataclass(frozen=True, slots=True)
class Spells:
    """Who sat where since when, sorted by employee and start; all arrays one per spell."""

    employee: Codes
    start: Codes
    since: Codes
    position: Codes
    arrival: Codes
    new_family: NDArray[np.bool_]
    experience: Experience

    def holding(self, employee: Codes, day: Codes) -> Codes:
        """Return the number of the spell each employee is in on ``day``, -1 where none has begun."""
        key = self.employee * _DAY_SPAN + self.start
        found = np.searchsorted(key, employee * _DAY_SPAN + day, side="right") - 1
        return np.where((found >= 0) & (self.employee[found] == employee), found, -1)


@dataclass(frozen=True, slots=True)
class Record:
    """The rated past as known on a day: the panel, the day each row was known, and the codes behind it."""

    posts: Posts
    spells: Spells
    heads: Heads
    panel: Panel
    known_on: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Seat:
    """A person in a post at a time: everything the fixed effects and the covariance read. All arrays one per row."""

    employee: Codes
    time: Floats
    career: Floats
    tenure: Floats
    experience: Floats
    position: Codes
    unit: Codes
    family: Codes
    level: Floats
    spell: Codes
    arrival: Codes
    new_family: NDArray[np.bool_]

    def rows(self) -> Rows:
        """Return what the person's covariance reads."""
        return Rows(self.time, self.career, self.family, self.unit, self.spell)

    def take(self, index: Codes) -> "Seat":
        """Return the seats at ``index``."""
        return Seat(*(getattr(self, field.name)[index] for field in fields(self)))


def posts_of(positions: pd.DataFrame) -> Posts:
    """Return ``positions`` (seam ``places``: index position_id; unit_id, job_family, level) as codes."""
    frame = positions.sort_index()
    units = pd.Index(sorted(frame["unit_id"].dropna().unique()))
    families = pd.Index(sorted(frame["job_family"].dropna().unique()))
    level = frame["level"].astype("float64")
    scale = float(level.std(ddof=0)) or 1.0
    return Posts(
        frame.index, units, families,
        units.get_indexer(pd.Index(frame["unit_id"])).astype(np.int64),
        families.get_indexer(pd.Index(frame["job_family"])).astype(np.int64),
        ((level - level.mean()) / scale).fillna(0.0).to_numpy(),
        scale,
    )  # fmt: skip


def spells_of(spells: pd.DataFrame, posts: Posts) -> Spells:
    """Return ``spells`` (seam ``posts.definitive_spells``) as codes; a renamed post goes on with the spell it renames."""
    frame = spells.sort_values(["employee_id", "start_on"], kind="stable")
    employee, position = frame["employee_id"].cat.codes.to_numpy(dtype=np.int64), posts.code(frame["position_id"])
    arrival = pd.Index(ARRIVALS).get_indexer(pd.Index(frame["arrival"].astype("str")))
    family, start = _looked_up(posts.family_of, position), days(frame["start_on"])
    end = np.where(frame["open"].to_numpy(dtype=bool), _DAY_SPAN // 2, days(frame["end_on"]))
    experience = _experience(employee, family, (start, end), len(posts.families))
    since = days(frame["since"])
    not_first = pd.Series(employee).duplicated().to_numpy()
    new = is_new(experience.years(employee, family, since)) & not_first
    return Spells(employee, start, since, position, np.maximum(arrival, 0).astype(np.int64), new, experience)


def _experience(employee: Codes, family: Codes, span: tuple[Codes, Codes], families: int) -> Experience:
    group, (start, end) = employee * (families + 1) + family + 1, span
    order = np.lexsort((start, group))
    group, start, end = group[order], start[order], end[order]
    served = np.where(end < _DAY_SPAN // 2, np.maximum(end + 1 - start, 0), 0)
    total = np.cumsum(served) - served
    first = np.searchsorted(group, group)
    return Experience(group * _DAY_SPAN + start, group, start, end, total - total[first], families)


def is_new(years_served: Floats) -> NDArray[np.bool_]:
    """Return whether a family is new to people who served so many years in it."""
    return np.asarray(years_served < _NEW_BELOW_YEARS)


def record_of(scores: pd.DataFrame, spells: pd.DataFrame, places: pd.DataFrame) -> Record:
    """Return the rated past: ``scores`` (seam 3), ``spells`` and ``places`` (seam 4), all as known on one day."""
    posts = posts_of(places)
    coded = spells_of(spells, posts)
    unit = _looked_up(posts.unit_of, posts.code(spells["position_id"]))
    heads = heads_of(spells, unit, (days(spells["start_on"]), days(spells["end_on"])))
    panel, known_on = panel_of(scores, coded, posts, heads)
    return Record(posts, coded, heads, panel, known_on)


def panel_of(scores: pd.DataFrame, spells: Spells, posts: Posts, heads: Heads) -> tuple[Panel, NDArray[np.int64]]:
    """Return the level model's panel of ``scores`` (seam 3), sorted by employee and day known, and those days.

    Rows without a score are left out. The order by day known lets every question read a run of rows: what was known then.
    """
    frame = scores[scores["score"].notna() & scores["employee_id"].notna()]
    frame = frame.sort_values(["employee_id", "known_on", "period_start"], kind="stable")
    employee = frame["employee_id"].cat.codes.to_numpy(dtype=np.int64)
    middle = (days(frame["period_start"]) + days(frame["period_end"])) // 2
    seat = seat_of(employee, middle, posts.code(frame["position_id"]), spells, posts)
    rater, raters = pd.factorize(frame["rater_id"], sort=True)
    head = heads.factor(employee, seat.unit, middle)
    crossed = np.column_stack([seat.position, seat.unit, rater, head]).astype(np.int64)
    sizes = (len(posts.positions), len(posts.units), len(raters), len(heads.people))
    design = Design(fixed_columns(seat, len(posts.families)), crossed, sizes, pooled_columns(len(posts.families)))
    score = frame["score"].to_numpy(dtype=np.float64)
    return Panel(employee, seat.rows(), design, score, precision_weight(frame)), days(frame["known_on"])


def precision_weight(scores: pd.DataFrame) -> Floats:
    """Return the precision of each score relative to the median one, from its reliability (signal over signal plus noise)."""
    reliability = scores["reliability"].astype("float64").clip(0.01, 0.99)
    precision = reliability / (1 - reliability)
    relative = (precision / precision.median()).fillna(1.0)
    return np.asarray(relative.clip(*_WEIGHT_RANGE).to_numpy(dtype=np.float64))


def seat_of(employee: Codes, day: Codes, position: Codes, spells: Spells, posts: Posts) -> Seat:
    """Return the seats of ``employee`` in ``position`` on ``day`` as their spells record them."""
    number = spells.holding(employee, day)
    known = number >= 0
    at = np.where(known, number, 0)
    own = known & (spells.position[at] == position)
    family = _looked_up(posts.family_of, position)
    since = np.where(own, spells.since[at], day)
    return Seat(
        employee, years(day), career_of(employee, day, spells), (day - since) / DAYS_PER_YEAR,
        spells.experience.years(employee, family, day), position, _looked_up(posts.unit_of, position), family,
        np.where(position >= 0, posts.level_of[position], 0.0),
        _spell_code(since, own, position), np.where(known, spells.arrival[at], 0), known & spells.new_family[at],
    )  # fmt: skip


def _spell_code(since: Codes, own: NDArray[np.bool_], position: Codes) -> Codes:
    """Return a code per person and spell (its first day); a rating in a post without spell goes by that post."""
    return np.where(own, since + _DAY_SPAN, -1_000 - position)


def career_of(employee: Codes, day: Codes, spells: Spells) -> Floats:
    """Return decades since the person's first spell, never below zero, zero where none is known."""
    first = np.searchsorted(spells.employee, employee)
    known = (first < len(spells.employee)) & (spells.employee[np.minimum(first, len(spells.employee) - 1)] == employee)
    start = np.where(known, spells.start[np.where(known, first, 0)], day)
    return np.asarray(np.maximum(day - start, 0) / (10 * DAYS_PER_YEAR))


FIXED: tuple[str, ...] = (
    "intercept", "level", "experience", "stale", "career", "career_squared", "settling", "settling_new_family",
    *(f"arrival_{name}" for name in ARRIVALS[1:]), *(f"arrival_{name}_new_family" for name in ARRIVALS[1:]),
)  # fmt: skip
"""Names of the first fixed columns; family columns and their career slopes follow."""


_TRUSTED = ("intercept", "experience", "stale", "career", "career_squared")
_DOUBTED = tuple(at for at, name in enumerate(FIXED) if name not in _TRUSTED)
"""Fixed columns that few rows tell of (how people arrived, settling): each is shrunk by a variance of its own."""


def fixed_columns(seat: Seat, families: int) -> Floats:
    """Return the fixed-effect columns (n, p) of ``seat``, in the order of ``FIXED``, then families, then career by family.

    A seat without a family is an average one.
    """
    settling = np.exp(-np.maximum(seat.tenure, 0) / _SETTLING_YEARS)
    arrival = (seat.arrival[:, None] == np.arange(1, len(ARRIVALS))).astype(float)
    family = np.where(seat.family[:, None] < 0, 1.0 / max(families, 1), seat.family[:, None] == np.arange(families))
    new = seat.new_family.astype(float)
    stale = np.clip(seat.tenure - _STALE_AFTER_YEARS, 0, _STALE_UNTIL_YEARS - _STALE_AFTER_YEARS)
    experience = np.log1p(np.minimum(np.maximum(seat.experience, 0), _EXPERIENCE_FULL_YEARS))
    head = [np.ones_like(seat.career), seat.level, experience, stale, seat.career, seat.career**2, settling, settling * new]
    return np.column_stack([*head, arrival, arrival * new[:, None], family, family * seat.career[:, None]])


def pooled_columns(families: int) -> tuple[tuple[int, int], ...]:
    """Return the (first, end) of the fixed columns that are shrunk together: families, careers within them, single doubted ones.

    A family of a few people would else carry their luck to everybody who might come, and so would the few who were sent into a
    new family: every candidate is forecast as one of them. A column alone has its own variance (automatic relevance determination;
    MacKay 1992): what is no larger than its error goes, what is well known stays as it is.
    """
    first = len(FIXED)
    return (first, first + families), (first + families, first + 2 * families), *((at, at + 1) for at in _DOUBTED)


def single_names(families: int) -> list[str]:
    """Return the names of the columns of ``fixed_columns`` that stand alone, empty for families and careers within them."""
    return [*FIXED, *[""] * (2 * families)]


def fixed_names(posts: Posts) -> list[str]:
    """Return the names of the columns of ``fixed_columns``."""
    return [*FIXED, *(f"family:{name}" for name in posts.families), *(f"career_in:{name}" for name in posts.families)]


def days(dates: pd.Series) -> NDArray[np.int64]:
    """Return whole days since 1970."""
    return np.asarray(dates.to_numpy(dtype="datetime64[D]").astype(np.int64))


def years(day: Codes) -> Floats:
    """Return calendar years of day numbers."""
    return np.asarray(_EPOCH_YEAR + day / DAYS_PER_YEAR)


def _looked_up(table: Codes, position: Codes) -> Codes:
    return np.where(position >= 0, table[np.maximum(position, 0)], -1)
