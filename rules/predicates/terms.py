"""How long: time in post, age on entering, service left before retirement."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rules.encoding import Array, View
from rules.months import TOLERANCE
from rules.predicates.finding import EXECUTIVE, ONE_DAY, ByLevel, Finding, among, at_least, by_level, entering, judged


def minimum_tenure(
    view: View, *, months: int, exempt_promotion: bool, exempt_reorganisation: bool, executive_waiver: bool
) -> Finding:  # fmt: skip
    """Pass who has held the present post for ``months``, or is exempt by the city's choice.

    Reorganised: the present post, or its unit, exists no longer on the day of the move.
    """
    held = view.on - view.person("since")
    ends = view.person("post_ends_on")
    reorganised = ends < view.on - TOLERANCE
    exempt = (reorganised & exempt_reorganisation) | ((view.person("job_kind") == EXECUTIVE) & executive_waiver)
    if exempt_promotion:
        exempt = exempt | ((view.post("level") // 10 > view.person("level") // 10) & (view.post("vacant") >= 1))
    verdict = judged(exempt | at_least(held, months), np.isnan(held) & ~exempt)
    return Finding(
        verdict,
        lambda: {"months_held": held, "months_needed": np.array(months), "months_missing": months - held},
        lambda: np.fmin(view.person("since") + months, ends + ONE_DAY if exempt_reorganisation else np.nan),
    )


def maximum_tenure(view: View, *, months: int, kinds: list[str]) -> Finding:
    """Fail (raise the flag for) who has held a present post of these kinds for more than ``months``; no kinds: every post."""
    held = view.on - view.person("since")
    kind = view.person("job_kind")
    other = (kind >= 0) & ~among(kind, kinds) & bool(kinds)
    unknown = ~other & (np.isnan(held) | ((kind < 0) & bool(kinds)))
    return Finding(
        judged(other | (held <= months + TOLERANCE), unknown), lambda: {"months_held": held, "months_limit": np.array(months)}
    )


def executive_minimum(view: View, *, months: int) -> Finding:
    """Fail (raise the flag for) an executive who has held the present post for less than ``months``: a justification is due."""
    held, kind = view.on - view.person("since"), view.person("job_kind")
    concerned = kind == EXECUTIVE
    unknown = (kind < 0) | (concerned & np.isnan(held))
    return Finding(
        judged(~concerned | at_least(held, months), unknown),
        lambda: {"months_held": held, "months_needed": np.array(months), "months_missing": months - held},
        lambda: view.person("since") + months,
    )


def own_request_pledge(view: View, *, years: int, first_intake: int, trial_months: int) -> Finding:
    """Pass a move nobody asked for; those taken in from ``first_intake`` on may ask ``years`` after becoming a civil servant.

    Appointment as a civil servant is taken to follow ``trial_months`` after entry: the record holds the entry alone.
    """
    entry = view.person("hired_on")
    bound = np.floor(entry / 12 + TOLERANCE) >= first_intake
    free_on = entry + trial_months + 12 * years
    passes = ~view.own_request | (~np.isnan(entry) & ~bound) | at_least(view.on, free_on)
    return Finding(
        judged(passes, view.own_request & np.isnan(entry)), lambda: {"entered_on": entry, "free_from": free_on}, lambda: free_on
    )


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
    verdict = judged((left > TOLERANCE) & at_least(left, months), np.isnan(left))
    return Finding(verdict, lambda: {"retires_on": retires, "months_left": left, "months_needed": np.array(months)})


def maximum_age(view: View, *, ages: ByLevel, ages_between: ByLevel) -> Finding:
    """Pass who enters the target's kind of post not later than on the birthday of its age limit; others are not entering.

    ``ages_between`` holds the limits for those who come from a post of the same kind and level.
    """
    kind, level = view.post("job_kind"), view.post("level")
    enters, unsure = entering(view)
    limit = by_level(ages, kind, level)
    between = by_level(ages_between, kind, level)
    equal = (view.person("job_kind") == kind) & (view.person("level") // 10 == level // 10)
    limit = np.where(equal & ~np.isnan(between), between, limit)
    age = (view.on - view.person("birth_date")) / 12
    within = np.isnan(limit) | (age <= limit + TOLERANCE)
    unlimited = (kind >= 0) & np.isnan(limit) & ~np.isnan(level)
    passes = unlimited | (~enters & ~unsure) | within
    unknown = ~unlimited & (enters | unsure) & (np.isnan(age) | (unsure & ~within) | (kind < 0) | np.isnan(level))
    return Finding(judged(passes, unknown), lambda: {"age": age, "age_limit": limit})


def _retirement_age(fact: Callable[[str], NDArray[Any]], ages: ByLevel) -> Array:
    own = fact("retirement_age")
    return np.where(np.isnan(own), by_level(ages, fact("job_kind"), fact("level")), own)
