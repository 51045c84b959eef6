"""What a person has worked in: months in a field, months on the step below."""

import numpy as np

from rules.encoding import Array, View
from rules.predicates.finding import EXPERT, Finding, Truth, at_least, by_level, entering, judged, step_of


def functional_experience(view: View, *, months: int, months_strategic: int, strategic_need: bool) -> Finding:
    """Pass who enters a functional post with ``months`` of work in its job family (fewer for a strategic need)."""
    enters, unsure = entering(view)
    functional = view.post("job_kind") >= EXPERT
    needed = np.where(view.post("strategic") & strategic_need, months_strategic, months)
    held, unclear = family_months(view)
    enough = at_least(held, needed)
    passes = (~functional & (view.post("job_kind") >= 0)) | (~enters & ~unsure) | enough
    unknown = ~passes & (unsure | np.isnan(held) | at_least(held + unclear, needed))
    return Finding(
        judged(passes, unknown),
        lambda: {"months_held": held, "months_needed": needed, "months_missing": needed - held},
        lambda: _accrued(view, needed - held, _in_family(view)),
    )


def ladder_years(view: View, *, months: dict[str, int]) -> Finding:
    """Pass a promotion only after ``months`` in posts one step below the target (or above); equal moves pass."""
    needed = by_level({kind: {0: count} for kind, count in months.items()}, view.post("job_kind"), view.post("level"))
    below = step_of(view.post("level")) - 1
    held = view.grid("step_months", np.maximum(below, -1))
    held = held + np.where(step_of(view.person("level")) >= below, _present_spell(view), 0.0)
    unclear = view.grid("step_unknown", np.zeros_like(below))
    rises = step_of(view.post("level")) > step_of(view.person("level"))
    unsure = np.isnan(view.post("level")) | np.isnan(view.person("level"))
    passes = ((view.post("job_kind") >= 0) & np.isnan(needed)) | (~rises & ~unsure) | at_least(held, needed)
    unknown = ~passes & (np.isnan(needed) | np.isnan(held) | unsure | at_least(held + unclear, needed))
    accrues = step_of(view.person("level")) >= below
    return Finding(
        judged(passes, unknown),
        lambda: {"months_held": held, "months_needed": needed, "months_missing": needed - held},
        lambda: _accrued(view, needed - held, accrues),
    )


def field_experience(view: View, *, months: dict[str, int]) -> Finding:
    """Pass who has worked ``months`` in the post's job family, for the kinds of post listed."""
    needed = by_level({kind: {0: count} for kind, count in months.items()}, view.post("job_kind"), view.post("level"))
    held, unclear = family_months(view)
    passes = ((view.post("job_kind") >= 0) & np.isnan(needed)) | at_least(held, needed)
    unknown = ~passes & (np.isnan(needed) | np.isnan(held) | at_least(held + unclear, needed))
    return Finding(
        judged(passes, unknown),
        lambda: {"months_held": held, "months_needed": needed, "months_missing": needed - held},
        lambda: _accrued(view, needed - held, _in_family(view)),
    )


def family_months(view: View) -> tuple[Array, Array]:
    """Return months in the post's job family, NaN where the post has none, and months whose family is unknown."""
    family = view.post("job_family")
    held = view.grid("family_months", family) + np.where(_in_family(view), _present_spell(view), 0.0)
    unclear = view.grid("family_months", np.full_like(family, -1))
    unclear = unclear + np.where(view.person("job_family") < 0, _present_spell(view), 0.0)
    return np.where(family < 0, np.nan, held), unclear


def _present_spell(view: View) -> Array:
    return np.nan_to_num(np.maximum(view.on - view.person("since"), 0.0))


def _in_family(view: View) -> Truth:
    return np.asarray((view.person("job_family") == view.post("job_family")) & (view.post("job_family") >= 0))


def _accrued(view: View, missing: Array, accrues: Truth) -> Array:
    return np.where(accrues, view.on + missing, np.nan)
