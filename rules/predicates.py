"""The predicates of the rule pack: small vectorised functions of a view of pairs, three-valued, with the values they rest on.

Every predicate has the same shape: ``predicate(view, *, parameters) -> Finding``; its keyword parameters are the ones the rule
pack must give. Arrays broadcast to the shape of the view, so a predicate that reads the person alone costs once per person.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from features.codes import DISCIPLINE_SEVERITIES, EDUCATION_STEP, EMPLOYEE_STATUSES, JOB_KINDS, LEGAL_STATUSES, RANKS
from rules.encoding import Array, Codes, View
from rules.months import TOLERANCE

PASS, UNKNOWN, FAIL, NOT_ASSESSED = 1, 0, -1, 2

Truth = NDArray[np.bool_]
ByLevel = dict[str, dict[int, int]]
"""Job kind to {lowest level: value}; level 0 stands for every level."""

_EXECUTIVE, _ADMINISTRATOR, _SUPERVISOR, _STAFF, _EXPERT, _SKILLED = range(len(JOB_KINDS))
_NEVER = np.array(np.nan)


@dataclass(frozen=True)
class Finding:
    """What one predicate found.

    Attributes
    ----------
    verdict
        int8: 1 pass, 0 unknown, -1 fail; broadcasts to the shape of the view.
    values
        Name to the figures the verdict rests on, likewise.
    passes_on
        Returns the month number from which a failing pair would pass by waiting alone; NaN where waiting does not help.
    """

    verdict: NDArray[np.int8]
    values: Mapping[str, NDArray[Any]] = field(default_factory=dict)
    passes_on: Callable[[], Array] = lambda: _NEVER


Predicate = Callable[..., Finding]


def active_civil_servant(view: View, *, statuses: list[str], standings: list[str]) -> Finding:
    """Pass who is of an admitted employment status and legal standing (a fact the source lacks throughout is left out)."""
    status, standing = view.person("status"), view.person("legal_status")
    asked = view.known("employees.status"), view.known("employees.legal_status")
    fails = _outside(status, statuses, EMPLOYEE_STATUSES, asked[0]) | _outside(standing, standings, LEGAL_STATUSES, asked[1])
    unknown = ((status < 0) & asked[0]) | ((standing < 0) & asked[1])
    return Finding(_judge(~fails, unknown & ~fails), {"status": status, "legal_status": standing})


def not_contract(view: View, *, allow_internal_unit_move: bool) -> Finding:
    """Fail contract employees (PPPK), except, where the city allows it, into an equal post of their own agency."""
    status = view.person("status")
    contract = (status == EMPLOYEE_STATUSES.index("PPPK")) | (status == EMPLOYEE_STATUSES.index("PPPK paruh waktu"))
    equal = (view.person("agency_id") == view.post("agency_id")) & (view.person("job_family") == view.post("job_family"))
    equal = equal & (view.person("agency_id") >= 0) & (view.person("level") == view.post("level"))
    return Finding(_judge(~contract | (equal & allow_internal_unit_move), status < 0), {"status": status})


def minimum_tenure(view: View, *, months: int, exempt_promotion: bool, executive_waiver: bool) -> Finding:
    """Pass who has held the present post for ``months``, or is exempt by the city's choice."""
    held = view.on - view.person("since")
    promoted = (view.post("level") // 10 > view.person("level") // 10) & (view.post("vacant") >= 1)
    exempt = (promoted & exempt_promotion) | ((view.person("job_kind") == _EXECUTIVE) & executive_waiver)
    verdict = _judge(exempt | _at_least(held, months), np.isnan(held) & ~exempt)
    values = {"months_held": held, "months_needed": np.array(months), "months_missing": months - held}
    return Finding(verdict, values, lambda: view.person("since") + months)


def maximum_tenure(view: View, *, months: int) -> Finding:
    """Fail (raise the flag for) who has held the present post for more than ``months``."""
    held = view.on - view.person("since")
    return Finding(_judge(held <= months + TOLERANCE, np.isnan(held)), {"months_held": held, "months_limit": np.array(months)})


def before_retirement(view: View, *, months: int, retirement_ages: ByLevel) -> Finding:
    """Pass who retires later than the move, and then at least ``months`` after it, by the target post's retirement age.

    A recorded retirement date is preferred to the birth date, shifted by the difference of the two posts' ages. Retirement
    takes effect on the first day of the month after the age is reached.
    """
    target = _retirement_age(view.post, retirement_ages)
    present = _retirement_age(view.person, retirement_ages)
    recorded = view.person("retires_on") + 12 * (target - present)
    computed = np.floor(view.person("birth_date")) + 12 * target + 1
    retires = np.where(np.isnan(recorded), computed, recorded)
    left = retires - view.on
    verdict = _judge((left > TOLERANCE) & _at_least(left, months), np.isnan(left))
    return Finding(verdict, {"retires_on": retires, "months_left": left, "months_needed": np.array(months)})


def maximum_age(view: View, *, ages: ByLevel, ages_between: ByLevel) -> Finding:
    """Pass who enters the target's kind of post not later than on the birthday of its age limit; others are not entering.

    ``ages_between`` holds the limits for those who come from a post of the same kind and level.
    """
    kind, level = view.post("job_kind"), view.post("level")
    entering, unsure = _entering(view)
    limit = _by_level(ages, kind, level)
    between = _by_level(ages_between, kind, level)
    equal = (view.person("job_kind") == kind) & (view.person("level") // 10 == level // 10)
    limit = np.where(equal & ~np.isnan(between), between, limit)
    age = (view.on - view.person("birth_date")) / 12
    within = np.isnan(limit) | (age <= limit + TOLERANCE)
    unlimited = (kind >= 0) & np.isnan(limit) & ~np.isnan(level)
    passes = unlimited | (~entering & ~unsure) | within
    unknown = ~unlimited & (entering | unsure) & (np.isnan(age) | (unsure & ~within) | (kind < 0) | np.isnan(level))
    return Finding(_judge(passes, unknown), {"age": age, "age_limit": limit})


def functional_experience(view: View, *, months: int, months_strategic: int, strategic_need: bool) -> Finding:
    """Pass who enters a functional post with ``months`` of work in its job family (fewer for a strategic need)."""
    entering, unsure = _entering(view)
    functional = view.post("job_kind") >= _EXPERT
    needed = np.where(view.post("strategic") & strategic_need, months_strategic, months)
    held, unclear = family_months(view)
    enough = _at_least(held, needed)
    passes = (~functional & (view.post("job_kind") >= 0)) | (~entering & ~unsure) | enough
    unknown = ~passes & ((view.post("job_kind") < 0) | unsure | np.isnan(held) | _at_least(held + unclear, needed))
    values = {"months_held": held, "months_needed": needed, "months_missing": needed - held}
    return Finding(_judge(passes, unknown), values, lambda: _accrued(view, needed - held, _in_family(view)))


def education_level(view: View, *, defaults: dict[str, str]) -> Finding:
    """Pass who has the education the kind of post demands, or the post itself where it demands more."""
    steps = {kind: {0: _education_step(value)} for kind, value in defaults.items()}
    needed = np.fmax(_by_level(steps, view.post("job_kind"), view.post("level")), view.post("min_education"))
    reached = view.person("education_step")
    verdict = _judge(reached >= needed, np.isnan(reached) | np.isnan(needed))
    return Finding(verdict, {"education_step": reached, "education_step_needed": needed})


def education_field(view: View) -> Finding:
    """Pass who has an education in one of the fields the post admits, at the step the post demands; no list admits all."""
    demand = view.post("field_demand")
    reached = view.grid("field_step", demand)
    fits = reached >= np.fmax(view.post("min_education"), 1)
    verdict = _judge((demand < 0) | fits, (demand >= 0) & ~fits & view.person("field_unknown"))
    return Finding(verdict, {"education_fields": demand})


def rank_minimum(view: View, *, defaults: dict[str, dict[int, str]], tolerance: int) -> Finding:
    """Pass who holds the post's lowest rank, or the usual one of its kind and level, less ``tolerance`` ranks."""
    table = {kind: {level: _rank_number(rank) for level, rank in ranks.items()} for kind, ranks in defaults.items()}
    usual = _by_level(table, view.post("job_kind"), view.post("level"))
    stated = view.post("min_rank")
    needed = np.where(stated >= 0, stated, usual)
    free = np.isnan(needed) & (view.post("job_kind") >= 0) & ~np.isnan(view.post("level"))
    rank = view.person("rank")
    verdict = _judge(free | (rank >= needed - tolerance), ~free & ((rank < 0) | np.isnan(needed)))
    return Finding(verdict, {"rank_number": rank, "rank_number_needed": needed})


def ladder_years(view: View, *, months: dict[str, int]) -> Finding:
    """Pass a promotion only after ``months`` in posts one step below the target (or above); equal moves pass."""
    needed = _by_level({kind: {0: count} for kind, count in months.items()}, view.post("job_kind"), view.post("level"))
    below = _step(view.post("level")) - 1
    held = view.grid("step_months", np.where(below >= 0, below, -1))
    held = held + np.where(_step(view.person("level")) >= below, _present_spell(view), 0.0)
    unclear = view.grid("step_unknown", np.zeros_like(below))
    rises = _step(view.post("level")) > _step(view.person("level"))
    unsure = np.isnan(view.post("level")) | np.isnan(view.person("level"))
    passes = ((view.post("job_kind") >= 0) & np.isnan(needed)) | (~rises & ~unsure) | _at_least(held, needed)
    unknown = ~passes & (np.isnan(needed) | np.isnan(held) | unsure | _at_least(held + unclear, needed))
    values = {"months_held": held, "months_needed": needed, "months_missing": needed - held}
    accrues = _step(view.person("level")) >= below
    return Finding(_judge(passes, unknown), values, lambda: _accrued(view, needed - held, accrues))


def field_experience(view: View, *, months: dict[str, int]) -> Finding:
    """Pass who has worked ``months`` in the post's job family, for the kinds of post listed."""
    needed = _by_level({kind: {0: count} for kind, count in months.items()}, view.post("job_kind"), view.post("level"))
    held, unclear = family_months(view)
    passes = ((view.post("job_kind") >= 0) & np.isnan(needed)) | _at_least(held, needed)
    unknown = ~passes & (np.isnan(needed) | np.isnan(held) | _at_least(held + unclear, needed))
    values = {"months_held": held, "months_needed": needed, "months_missing": needed - held}
    return Finding(_judge(passes, unknown), values, lambda: _accrued(view, needed - held, _in_family(view)))


def recent_ratings(view: View, *, minimum: int, due_days: int) -> Finding:
    """Pass whose last two due annual ratings both reach ``minimum``; one below fails, one missing is unknown."""
    last, prior = view.person("rating_last"), view.person("rating_prior")
    fails = (last < minimum) | ((prior < minimum) & _consecutive(view))
    complete = _consecutive(view) & (view.person("rating_last_year") >= _due_year(view, due_days))
    years = {f"rating_{n}_year": view.person(f"rating_{n}_year") for n in ("last", "prior")}
    values = {"rating_last": last, "rating_prior": prior, **years, "rating_needed": np.array(minimum)}
    return Finding(_judge(~fails, ~fails & ~complete), values)


def ratings_complete(view: View, *, due_days: int) -> Finding:
    """Pass whose last two due annual ratings are on record; otherwise unknown: performance cannot be judged."""
    due = _due_year(view, due_days)
    complete = _consecutive(view) & (view.person("rating_last_year") >= due)
    return Finding(_judge(complete, ~complete), {"year_due": np.array(due), "year_before": np.array(due - 1)})


def no_active_discipline(view: View, *, assumed_months: int) -> Finding:
    """Pass who is under no punishment and in no open case when the move starts.

    A moderate or heavy punishment without a recorded end is taken to last ``assumed_months`` at most: unknown until then.
    """
    severity, start, end = view.person("discipline"), view.person("discipline_from"), view.person("discipline_until")
    none = severity == len(DISCIPLINE_SEVERITIES)
    open_case = view.person("discipline_open")
    running = (start <= view.on + TOLERANCE) & (end >= view.on - TOLERANCE)
    endless = np.isnan(end) & (severity >= 1) & ~none & (view.on < start + assumed_months - TOLERANCE)
    fails = ~none & (open_case | running)
    values = {"severity": severity, "punished_from": start, "punished_until": end, "open_case": open_case}
    one_day = 1 / 31
    return Finding(_judge(~fails, ~fails & (endless | (severity < 0))), values, lambda: np.where(open_case, np.nan, end + one_day))


def vacancy_open(view: View) -> Finding:
    """Pass where the post is vacant, announced, or vacated by a retirement before the move starts."""
    vacant = view.post("vacant")
    return Finding(_judge(vacant >= 1, np.isnan(vacant)), {"vacant": vacant})


def outside_freeze(view: View, *, scope: list[str], origin_counts: bool) -> Finding:
    """Pass outside every freeze window whose scope covers the post (or, with ``origin_counts``, the post left behind)."""
    usual = frozenset(JOB_KINDS.index(kind) for kind in scope)
    running = [w for w in view.facts.freezes if w[0] <= view.on + TOLERANCE and view.on <= w[1] + TOLERANCE and not w[3]]
    kinds = frozenset[int]().union(*(window[2] or usual for window in running))
    covered = [*(code in kinds for code in range(len(JOB_KINDS))), False]
    frozen = np.asarray(covered)[view.post("job_kind")]
    leads = view.post("supervisory") & (view.post("job_kind") >= _EXPERT) & bool(running)
    frozen = frozen | leads | (np.asarray(covered)[view.person("job_kind")] & origin_counts)
    ends = max((window[1] for window in running), default=np.nan)
    verdict = _judge(~frozen, ~frozen & (view.post("job_kind") < 0) & bool(running))
    return Finding(verdict, {"frozen_until": np.array(ends)}, lambda: np.array(ends + 1 / 31))


def no_demotion(view: View) -> Finding:
    """Pass where the target is not below the present post.

    Two structural posts compare by exact level; posts of which one is functional by step, as their ladders only meet there;
    with a kind missing the exact level decides.
    """
    target, present = view.post("level"), view.person("level")
    kinds = view.post("job_kind"), view.person("job_kind")
    known = (kinds[0] >= 0) & (kinds[1] >= 0)
    by_step = known & ((kinds[0] >= _EXPERT) | (kinds[1] >= _EXPERT))
    lower = np.where(by_step, target // 10 < present // 10, target < present)
    return Finding(_judge(~lower, np.isnan(target) | np.isnan(present)), {"level_present": present, "level_target": target})


def _judge(passes: Truth, unknown: Truth) -> NDArray[np.int8]:
    return np.where(unknown, np.int8(UNKNOWN), np.where(passes, np.int8(PASS), np.int8(FAIL)))


def _outside(codes: Codes, admitted: list[str], names: tuple[str, ...], asked: bool) -> Truth:
    table = np.array([*(name not in admitted for name in names), False])
    return np.asarray(table[codes] & asked)


def _at_least(months: Array, needed: Array | int) -> Truth:
    return np.asarray(months >= needed - TOLERANCE)


def _by_level(table: Mapping[str, Mapping[int, int]], kind: Codes, level: Array) -> Array:
    """Return the table's value for each kind and level; NaN where it has none or the level that decides is unknown."""
    out = np.full(np.broadcast_shapes(kind.shape, level.shape), np.nan)
    for name, values in table.items():
        for lowest, value in sorted(values.items()):
            out = np.where((kind == JOB_KINDS.index(name)) & ((lowest == 0) | (level >= lowest)), float(value), out)
    return out


def _retirement_age(fact: Callable[[str], NDArray[Any]], ages: ByLevel) -> Array:
    own = fact("retirement_age")
    return np.where(np.isnan(own), _by_level(ages, fact("job_kind"), fact("level")), own)


def _entering(view: View) -> tuple[Truth, Truth]:
    """Return where the move enters another kind of post (or another functional family), and where that is unknown."""
    target, present = view.post("job_kind"), view.person("job_kind")
    families = view.post("job_family"), view.person("job_family")
    functional = (target >= _EXPERT) & (present == target)
    other = functional & (families[0] != families[1])
    unsure = (target < 0) | (present < 0) | (functional & ((families[0] < 0) | (families[1] < 0)))
    return ~unsure & ((target != present) | other), unsure


def _step(level: Array) -> Codes:
    """Return the level step, 1 to 4; -1 for an unknown level."""
    return np.where(np.isnan(level), -1, np.clip(np.nan_to_num(level) // 10, 0, 4)).astype(np.int64)


def _present_spell(view: View) -> Array:
    return np.nan_to_num(np.maximum(view.on - view.person("since"), 0.0))


def _in_family(view: View) -> Truth:
    return np.asarray((view.person("job_family") == view.post("job_family")) & (view.post("job_family") >= 0))


def family_months(view: View) -> tuple[Array, Array]:
    """Return months in the post's job family, NaN where the post has none, and months whose family is unknown."""
    family = view.post("job_family")
    held = view.grid("family_months", family) + np.where(_in_family(view), _present_spell(view), 0.0)
    unclear = view.grid("family_months", np.full_like(family, -1))
    unclear = unclear + np.where(view.person("job_family") < 0, _present_spell(view), 0.0)
    return np.where(family < 0, np.nan, held), unclear


def _accrued(view: View, missing: Array, accrues: Truth) -> Array:
    return np.where(accrues, view.on + missing, np.nan)


def _consecutive(view: View) -> Truth:
    return np.asarray(view.person("rating_prior_year") == view.person("rating_last_year") - 1)


def _due_year(view: View, due_days: int) -> int:
    """Return the latest year whose annual rating was due by the day of knowledge."""
    return int((view.facts.as_of - np.timedelta64(due_days, "D")).year) - 1


def _education_step(name: str) -> int:
    return EDUCATION_STEP[name]


def _rank_number(name: str) -> int:
    return RANKS.index(name)


PREDICATES: dict[str, Predicate] = {
    predicate.__name__: predicate
    for predicate in (
        active_civil_servant, not_contract, minimum_tenure, maximum_tenure, before_retirement, maximum_age, functional_experience,
        education_level, education_field, rank_minimum, ladder_years, field_experience, recent_ratings, ratings_complete,
        no_active_discipline, vacancy_open, outside_freeze, no_demotion,
    )
}  # fmt: skip
"""Every predicate by the name a rule pack calls it."""
