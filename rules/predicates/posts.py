"""What the two posts and their units allow: vacancy, freeze, level."""

import numpy as np

from features.codes import JOB_KINDS
from rules.encoding import View
from rules.months import TOLERANCE
from rules.predicates.finding import EXPERT, ONE_DAY, Finding, judged


def vacancy_open(view: View, *, workload_counts: bool) -> Finding:
    """Pass where the post is vacant, announced, or vacated by a retirement before the move starts.

    With ``workload_counts`` the workload analysis, where there is one of the post, must ask for more people than stay in it.
    """
    vacant, staying, needed = view.post("vacant"), view.post("staying"), view.post("needed")
    staffed = (staying >= needed) & workload_counts
    return Finding(judged((vacant >= 1) & ~staffed, np.isnan(vacant) & ~staffed), lambda: {
        "vacant": vacant, "staying": staying, "needed": needed,
    })  # fmt: skip


def origin_staffed(view: View, *, least_fill: float) -> Finding:
    """Fail (raise the flag for) a move after which the unit left would have filled less than ``least_fill`` of its need."""
    need, staff = view.person("unit_need"), view.person("unit_staff")
    stays = (view.person("unit_id") == view.post("unit_id")) | (view.person("unit_id") < 0)
    enough = staff - 1 >= least_fill * need - TOLERANCE
    return Finding(judged(stays | enough, ~stays & np.isnan(need)), lambda: {
        "need_of_unit": need, "staff_of_unit": staff, "fill_after": 100 * (staff - 1) / np.where(need > 0, need, np.nan),
        "fill_least": np.array(100 * least_fill),
    })  # fmt: skip


def no_family_near(view: View, *, reporting_line: bool) -> Finding:
    """Fail where a relative works in the post's unit or, with ``reporting_line``, directly above or below it.

    Above: the relative leads in the unit directly above. Below: the post leads, and the relative is in a unit directly below.
    """
    unit, above = view.post("unit_id"), view.post("parent_unit_id")
    same, superior = view.tied("kin", unit), view.tied("kin_leading", above)
    subordinate = view.post("supervisory") & view.tied("kin_below", unit)
    near = same | ((superior | subordinate) & reporting_line)
    return Finding(judged(~near, np.array(False)), lambda: {"family_same_unit": same, "family_in_line": superior | subordinate})


def outside_freeze(view: View, *, scope: list[str], origin_counts: bool) -> Finding:
    """Pass outside every freeze window whose scope covers the post (or, with ``origin_counts``, the post left behind)."""
    usual = frozenset(JOB_KINDS.index(kind) for kind in scope)
    target, present = view.post("job_kind"), view.person("job_kind")
    leads = view.post("supervisory") & (target >= EXPERT)
    frozen = running = np.array(False)
    ends = np.array(np.nan)
    for start, end, kinds in view.facts.freezes:
        now = (start <= view.on + TOLERANCE) & (view.on <= end + TOLERANCE)
        covered = np.array([*(code in (kinds or usual) for code in range(len(JOB_KINDS))), False])
        caught = now & (covered[target] | leads | (covered[present] & origin_counts))
        frozen, running = frozen | caught, running | now
        ends = np.fmax(ends, np.where(caught, end, np.nan))
    return Finding(judged(~frozen, ~frozen & (target < 0) & running), lambda: {"frozen_until": ends}, lambda: ends + ONE_DAY)


def no_demotion(view: View) -> Finding:
    """Pass where the target is not below the present post.

    Two structural posts compare by exact level; posts of which one is functional by step, as their ladders only meet there;
    with a kind missing the exact level decides.
    """
    target, present = view.post("level"), view.person("level")
    kinds = view.post("job_kind"), view.person("job_kind")
    known = (kinds[0] >= 0) & (kinds[1] >= 0)
    by_step = known & ((kinds[0] >= EXPERT) | (kinds[1] >= EXPERT))
    lower = np.where(by_step, target // 10 < present // 10, target < present)
    return Finding(judged(~lower, np.isnan(target) | np.isnan(present)), lambda: {"level_present": present, "level_target": target})
