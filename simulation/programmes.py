"""Invented transfer programmes whose effect is set: a whole city's panel in a tenth of a second, to try an evaluation on.

Everything that makes honest evaluation hard is there: people are picked after bad years, ratings are lenient, noisy and held to
quotas, a move costs months of adaptation. What a move does is not left to chance as in the invented city, but is ``effect`` on
average, the same for whoever is picked. Where a cause is planted, the movers it touches gain less: an unfit post, no training, no
word of the reasons; or the gain is there and ratings do not show it (a shut quota), or shows a year later only.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

CAUSES: tuple[str, ...] = ("wrong_match", "no_training", "poor_communication", "rating_quota", "too_early")
FAMILIES: tuple[str, ...] = ("kesehatan", "pendidikan", "keuangan", "perizinan", "sosial", "kependudukan", "perencanaan", "umum")
FIELDS: tuple[str, ...] = tuple(f"bidang {family}" for family in FAMILIES)
SHOCK_MEMORY, SHOCK_SD, ABILITY_SD = 0.45, 0.42, 0.85
EFFECT_SD = 0.3
"""Spread of the effect between movers, unrelated to why they were picked."""
UNIT_SIZE, BODY_SIZE = 20, 5
"""People of a unit; units of a body, which is what quotas are given to."""
SURVEYED: tuple[str, ...] = ("kepuasan kerja", "motivasi kerja")
RATER_YEARS = 3
"""Years after which a unit's head changes."""
MOVE_DAY = "-01-10"
DIP_DAYS, TRAINED_DIP = 182, 0.5
FREE_QUOTA, BOUND_QUOTA = 0.35, 0.02
"""Share of a body that may be rated Sangat Baik, where the quota lets work show and where it does not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgrammeKnobs:
    """Dials of an invented programme; SD means standard deviations of performance.

    ``movers``: moves whose outcome is rated; ``effect``: mean effect of a move (SD); ``cause``: one of ``CAUSES`` or none;
    ``exposed``: share of movers the cause touches; ``lost``: by how much less they gain (SD), the mean staying at ``effect``; of a
    shut quota and of an early look what everybody gains, and ratings do not show; ``selection``: how far a bad year decides who
    moves, by the grades on file and, by the share ``hidden``, by what those who pick know beyond them; ``trained``, ``explained``,
    ``unfit``: shares of movers without a planted cause.
    """

    people: int = 1600
    years: int = 6
    last_year: int = 2025
    movers: int = 400
    effect: float = 0.0
    cause: str = ""
    exposed: float = 0.7
    lost: float = 0.7
    selection: float = 1.0
    hidden: float = 0.25
    dip: float = 0.35
    leniency: float = 0.45
    noise: float = 0.65
    quota: float = 1.0
    trained: float = 0.5
    explained: float = 0.5
    unfit: float = 0.5
    response: float = 0.7


@dataclass(frozen=True, slots=True)
class Programme:
    """An invented programme: contract tables, and the truth of every move (employee_id, start_on, tau, exposed)."""

    tables: dict[str, pd.DataFrame]
    truth: pd.DataFrame
    extracted_on: pd.Timestamp


@dataclass(frozen=True, slots=True)
class _Year:
    """A year: ``unit``, ``true`` performance, ``grades`` (rating, work result, behaviour), what is ``known`` of it (SD)."""

    year: int
    unit: NDArray[np.int64]
    true: NDArray[np.float64]
    grades: NDArray[np.int64]
    known: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class _Move:
    """One move of everybody who moves, by person (n,): year (0: never), effect, and what the programme did for them."""

    year: NDArray[np.int64]
    effect: NDArray[np.float64]
    trained: NDArray[np.bool_]
    explained: NDArray[np.bool_]
    unfit: NDArray[np.bool_]
    bound: NDArray[np.bool_]


def invent_programme(knobs: ProgrammeKnobs, seed: int) -> Programme:
    """Return one invented programme.

    Moves begin on 10 January of the third to the last but one year (the last but two where a second year must be seen);
    whoever moves does so once.
    """
    rng = np.random.default_rng([seed, 99])
    years = np.arange(knobs.last_year - knobs.years + 1, knobs.last_year + 1)
    units = knobs.people // UNIT_SIZE
    home = np.arange(knobs.people) % units
    lenient = _leniency(units, years, knobs, rng)
    ability, shock = rng.normal(0, ABILITY_SD, knobs.people), rng.normal(0, SHOCK_SD, knobs.people)
    free = rng.random(-(-units // BODY_SIZE)) < 0.5
    move = _prepared(knobs, rng)
    unit, record = home.copy(), np.zeros(knobs.people)
    rated: list[_Year] = []
    days = years[2:-1]
    for column, year in enumerate(years):
        if year in days:
            _move(move, int(year), record, rated[-1].known, unit, free, knobs, rng, len(days))
        shock = SHOCK_MEMORY * shock + np.sqrt(1 - SHOCK_MEMORY**2) * rng.normal(0, SHOCK_SD, knobs.people)
        true = ability + shock + _gain(move, int(year), knobs)
        seen = true + lenient[unit, column] + rng.normal(0, knobs.noise, knobs.people)
        grades = _grades(seen, unit, free, knobs, rng)
        known = knobs.hidden * _standard(seen) + (1 - knobs.hidden) * _standard(grades.sum(axis=1))
        rated.append(_Year(int(year), unit.copy(), true, grades, known))
        record += (known - record) / (column + 1)
    return _programme(knobs, home, rated, move, free, rng)


def _standard(values: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray((values - values.mean()) / values.std())


def _leniency(units: int, years: NDArray[np.int64], knobs: ProgrammeKnobs, rng: np.random.Generator) -> NDArray[np.float64]:
    """Return the leniency of every unit's rater, units x years: a new head every few years."""
    terms = len(years) // RATER_YEARS + 2
    term = (np.arange(len(years))[None, :] + rng.integers(0, RATER_YEARS, units)[:, None]) // RATER_YEARS
    return np.asarray(rng.normal(0, knobs.leniency, (units, terms))[np.arange(units)[:, None], term])


def _prepared(knobs: ProgrammeKnobs, rng: np.random.Generator) -> _Move:
    """Return nobody moved yet, with what would be done for everybody who will."""

    def drawn(share: float, cause: str) -> NDArray[np.bool_]:
        return np.asarray(rng.random(knobs.people) < (knobs.exposed if knobs.cause == cause else share))

    unfit, untrained = drawn(knobs.unfit, "wrong_match"), drawn(1 - knobs.trained, "no_training")
    silent, bound = drawn(1 - knobs.explained, "poor_communication"), drawn(0.5, "rating_quota")
    effect = knobs.effect + EFFECT_SD * rng.normal(0, 1, knobs.people)
    touched = {"wrong_match": unfit, "no_training": untrained, "poor_communication": silent}.get(knobs.cause)
    if touched is not None:
        effect += knobs.lost * (knobs.exposed - touched)
    if knobs.cause == "rating_quota":
        effect += knobs.lost
    return _Move(np.zeros(knobs.people, dtype=np.int64), effect, ~untrained, ~silent, unfit, bound)


def _move(
    move: _Move, year: int, record: NDArray[np.float64], last: NDArray[np.float64], unit: NDArray[np.int64],
    free: NDArray[np.bool_], knobs: ProgrammeKnobs, rng: np.random.Generator, rounds: int,
) -> None:  # fmt: skip
    """Pick the year's movers after bad years, and send them to another unit (a body with a free or a bound quota, as drawn)."""
    setback = 0.8 * (record - last) - 0.2 * last
    urge = 1.3 * knobs.selection * setback + rng.gumbel(size=knobs.people)
    urge[move.year > 0] = -np.inf
    who = np.argsort(-urge, kind="stable")[: round(knobs.movers / rounds)]
    move.year[who] = year
    body_free = free[np.arange(unit.max() + 1) // BODY_SIZE]
    for among, wanted in ((who[move.bound[who]], ~body_free), (who[~move.bound[who]], body_free)):
        goals = np.flatnonzero(wanted) if wanted.any() else np.arange(len(body_free))
        goal = goals[rng.integers(0, len(goals), len(among))]
        unit[among] = np.where(goal == unit[among], (goal + 1) % len(body_free), goal)


def _gain(move: _Move, year: int, knobs: ProgrammeKnobs) -> NDArray[np.float64]:
    """Return what having moved adds to true performance in ``year``."""
    since = np.where(move.year > 0, year - move.year, -1)
    dip = knobs.dip * DIP_DAYS / 365 * np.where(move.trained, TRAINED_DIP, 1.0) * (since == 0)
    effect = np.where(since >= 0, move.effect, 0.0)
    if knobs.cause == "too_early":
        effect = effect + np.where(since >= 2, knobs.lost, 0.0)
    return np.asarray(effect - dip)


def _programme(
    knobs: ProgrammeKnobs, home: NDArray[np.int64], rated: list[_Year], move: _Move, free: NDArray[np.bool_],
    rng: np.random.Generator,
) -> Programme:  # fmt: skip
    people, units = knobs.people, int(home.max()) + 1
    ids = np.array([f"P{k:05d}" for k in range(people)], dtype=object)
    names = np.array([f"U{k:03d}" for k in range(units)], dtype=object)
    first, last = rated[0].year, rated[-1].year
    moved = np.flatnonzero(move.year > 0)
    family = rng.integers(0, len(FAMILIES), people)
    goal = np.where(move.unfit, (family + rng.integers(1, len(FAMILIES), people)) % len(FAMILIES), family)
    post = [np.char.add(np.char.add(names[unit].astype(str), "-"), np.array(FAMILIES)[kin]) for unit, kin in
            ((home, family), (rated[-1].unit, goal))]  # fmt: skip
    start = pd.to_datetime(pd.Series(move.year[moved]).astype(str) + MOVE_DAY)
    begun = pd.Timestamp(first - 4, 1, 1)
    who = {"employee_id": ids[moved], "start_on": start}
    done = {name: getattr(move, name)[moved] for name in ("unfit", "trained", "explained", "bound")}
    course = np.char.add("Bimbingan Teknis ", np.array(FAMILIES)[goal[moved]])
    extracted = pd.Timestamp(last + 1, 3, 31)
    entered = pd.DataFrame({"employee_id": ids, "position_id": post[0], "start_on": begun, "move_type": "entry"})
    sent = pd.DataFrame({**who, "position_id": post[1][moved], "move_type": "rotation"})
    trained = pd.DataFrame(
        {"employee_id": ids[moved], "hours": 30.0, "finished_on": start - pd.Timedelta(days=20), "course": course}
    )
    studied = pd.DataFrame({"employee_id": ids, "from_on": pd.Timestamp(first - 5, 1, 1), "value": "S-1",
                            "field": np.array(FIELDS, dtype=object)[family]})  # fmt: skip
    tables = {
        "employees": pd.DataFrame({"employee_id": ids, "hired_on": begun}), "units": _units(names), "positions": _positions(names),
        "assignments": pd.concat([entered, sent], ignore_index=True), "educations": studied, "trainings": trained[done["trained"]],
        "appraisals": pd.concat([_appraisals(year, ids, names) for year in rated], ignore_index=True),
        "feedback": _feedback(ids, moved, start, move, knobs, rng, extracted), "surveys": _surveys(ids, rated[-4:], knobs, rng),
    }  # fmt: skip
    return Programme(tables, pd.DataFrame({**who, "tau": move.effect[moved], **done}), extracted)


def _units(names: NDArray[np.object_]) -> pd.DataFrame:
    bodies = -(-len(names) // BODY_SIZE)
    body = np.array([f"B{k:02d}" for k in range(bodies)], dtype=object)
    return pd.DataFrame({
        "unit_id": [*names, *body, "KOTA"], "kind": ["division"] * len(names) + ["office"] * bodies + ["city"],
        "parent_id": [*body[np.arange(len(names)) // BODY_SIZE], *(["KOTA"] * bodies), None],
    })  # fmt: skip


def _positions(names: NDArray[np.object_]) -> pd.DataFrame:
    unit, family = (part.ravel() for part in np.meshgrid(names.astype(str), np.array(FAMILIES), indexing="ij"))
    return pd.DataFrame({
        "position_id": np.char.add(np.char.add(unit, "-"), family), "unit_id": unit, "job_kind": "staff", "level": 10.0,
        "job_family": family, "headcount": 50, "education_fields": np.char.add("bidang ", family),
    })  # fmt: skip


def _grades(
    seen: NDArray[np.float64], unit: NDArray[np.int64], free: NDArray[np.bool_], knobs: ProgrammeKnobs, rng: np.random.Generator
) -> NDArray[np.int64]:  # fmt: skip
    """Return rating, work result and behaviour (n, 3): Sangat Baik by the quota of the body, finer by the two sides."""
    body = unit // BODY_SIZE
    rank = pd.Series(seen).groupby(body).rank(ascending=False, pct=True).to_numpy()
    bound, usual = np.where(free[body], FREE_QUOTA, BOUND_QUOTA), (FREE_QUOTA + BOUND_QUOTA) / 2
    top = rank <= knobs.quota * bound + (1 - knobs.quota) * usual
    sides = [seen + rng.normal(0, 0.6, len(seen)) for _ in range(2)]
    shut = ~free[body] & (knobs.cause == "rating_quota")
    above = [(side > np.quantile(side[~top], 0.7)) & ~shut for side in sides]
    low = seen < np.quantile(seen, 0.01)
    work, behaviour = np.where(top | above[0], 3, 2), np.where(top | (above[1] & ~above[0]), 3, 2)
    return np.column_stack([np.where(low, 3, np.where(top, 5, 4)), np.where(low, 1, work), np.where(low, 2, behaviour)])


def _appraisals(year: _Year, ids: NDArray[np.object_], names: NDArray[np.object_]) -> pd.DataFrame:
    """Return the year's ratings as the source holds them."""
    number, unit, grades = year.year, year.unit, year.grades
    return pd.DataFrame({
        "employee_id": ids, "period_start": pd.Timestamp(number, 1, 1), "period_end": pd.Timestamp(number, 12, 31),
        "rating": grades[:, 0], "work_result": grades[:, 1], "behaviour": grades[:, 2], "regime": "PermenPANRB 6/2022",
        "rater_id": np.char.add(names[unit].astype(str), f"-{number // RATER_YEARS}"), "unit_id": names[unit],
    })  # fmt: skip


def _likert(signal: NDArray[np.float64], rng: np.random.Generator) -> NDArray[np.float64]:
    return np.asarray(np.round(3.3 + 0.8 * signal + 0.55 * rng.normal(size=len(signal))).clip(1, 5))


def _feedback(
    ids: NDArray[np.object_], moved: NDArray[np.int64], start: pd.Series, move: _Move, knobs: ProgrammeKnobs,
    rng: np.random.Generator, extracted: pd.Timestamp,
) -> pd.DataFrame:  # fmt: skip
    """Return the answers of moved people half a year later."""
    day = start + pd.Timedelta(days=170)
    answers = (rng.random(len(moved)) < knobs.response) & (day < extracted).to_numpy()
    drives = {
        "alasan mutasi dijelaskan": np.where(move.explained[moved], 0.9, -0.9),
        "kesesuaian jabatan baru": move.effect[moved], "dukungan atasan": 0.5 * move.effect[moved],
        "motivasi setelah mutasi": move.effect[moved], "jejaring kerja": 0.5 * move.effect[moved],
    }  # fmt: skip
    parts = [pd.DataFrame({"employee_id": ids[moved], "date": day, "item": item, "answer": _likert(drive, rng),
                           "reviewer_kind": "self"})[answers] for item, drive in drives.items()]  # fmt: skip
    return pd.concat(parts, ignore_index=True)


def _surveys(ids: NDArray[np.object_], rated: list[_Year], knobs: ProgrammeKnobs, rng: np.random.Generator) -> pd.DataFrame:
    """Return yearly answers on satisfaction and motivation: what the year was like and a mood; the discontent answer less."""
    return pd.concat([_answers(ids, year, item, knobs, rng) for year in rated for item in SURVEYED], ignore_index=True)


def _answers(ids: NDArray[np.object_], year: _Year, item: str, knobs: ProgrammeKnobs, rng: np.random.Generator) -> pd.DataFrame:
    content = 0.5 * year.true + rng.normal(0, 0.6, len(ids))
    here = rng.random(len(ids)) < knobs.response / (1 + np.exp(-1 - content))
    rows = {"date": pd.Timestamp(year.year, 10, 10), "item": item, "answer": _likert(0.8 * content, rng), "reviewer_kind": "self"}
    return pd.DataFrame({"employee_id": ids, **rows})[here]
