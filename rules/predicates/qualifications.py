"""What a person brings: education, rank, ratings, assessed competencies, certificates."""

from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from features.codes import EDUCATION_STEP, JOB_KINDS, RANKS
from rules.encoding import View
from rules.months import TOLERANCE
from rules.predicates.finding import Finding, Truth, among, by_level, judged


def education_level(view: View, *, defaults: dict[str, str]) -> Finding:
    """Pass who has the education the kind of post demands, or the post itself where it demands more."""
    steps = {kind: {0: _educationstep_of(value)} for kind, value in defaults.items()}
    needed = np.fmax(by_level(steps, view.post("job_kind"), view.post("level")), view.post("min_education"))
    reached = view.person("education_step")
    verdict = judged(reached >= needed, np.isnan(reached) | np.isnan(needed))
    return Finding(verdict, lambda: {"education_step": reached, "education_step_needed": needed})


def education_field(view: View) -> Finding:
    """Pass who has an education in one of the fields the post admits, at the step the post demands; no list admits all."""
    demand = view.post("field_demand")
    reached = view.grid("field_step", demand)
    fits = reached >= np.fmax(view.post("min_education"), 1)
    verdict = judged((demand < 0) | fits, (demand >= 0) & ~fits & view.person("field_unknown"))
    return Finding(verdict, lambda: {"education_fields": demand})


def rank_minimum(view: View, *, defaults: dict[str, dict[int, str]], tolerance: int) -> Finding:
    """Pass who holds the post's lowest rank, or the usual one of its kind and level, less ``tolerance`` ranks."""
    table = {kind: {level: _rank_number(rank) for level, rank in ranks.items()} for kind, ranks in defaults.items()}
    usual = by_level(table, view.post("job_kind"), view.post("level"))
    stated = view.post("min_rank")
    needed = np.where(stated >= 0, stated, usual)
    free = np.isnan(needed) & (view.post("job_kind") >= 0) & ~np.isnan(view.post("level"))
    rank = view.person("rank")
    verdict = judged(free | (rank >= needed - tolerance), ~free & ((rank < 0) | np.isnan(needed)))
    return Finding(verdict, lambda: {"rank_number": rank, "rank_number_needed": needed})


def recent_ratings(view: View, *, minimum: int, due_days: int) -> Finding:
    """Pass whose last two due annual ratings both reach ``minimum``; one below fails, one missing is unknown."""
    last, prior = view.person("rating_last"), view.person("rating_prior")
    fails = (last < minimum) | ((prior < minimum) & _consecutive(view))
    complete = _consecutive(view) & (view.person("rating_last_year") >= _due_year(view, due_days))
    years = {f"rating_{n}_year": view.person(f"rating_{n}_year") for n in ("last", "prior")}
    return Finding(
        judged(~fails, ~fails & ~complete),
        lambda: {"rating_last": last, "rating_prior": prior, **years, "rating_needed": np.array(minimum)},
    )


def ratings_complete(view: View, *, due_days: int) -> Finding:
    """Pass whose last two due annual ratings are on record; otherwise unknown: performance cannot be judged."""
    due = _due_year(view, due_days)
    complete = _consecutive(view) & (view.person("rating_last_year") >= due)
    return Finding(judged(complete, ~complete), lambda: {"year_due": np.array(due), "year_before": np.array(due - 1)})


def assessment_valid(view: View, *, months: int, kinds: list[str]) -> Finding:
    """Pass, for posts of ``kinds``, whose competencies were assessed at most ``months`` before the move; never: unknown."""
    kind, assessed = view.post("job_kind"), view.person("assessed_on")
    until = assessed + months
    valid = view.on <= until + TOLERANCE
    passes = ((kind >= 0) & ~among(kind, kinds)) | valid
    unknown = ~passes & ((kind < 0) | np.isnan(assessed))
    return Finding(judged(passes, unknown), lambda: {"assessed_on": assessed, "assessed_until": until})


def competencies_met(view: View, *, tolerances: dict[str, float]) -> Finding:
    """Pass who reaches the level the post's standard asks in every competency, less the tolerance of its kind of post.

    One short fails; one not assessed is unknown; a post without a standard is unknown too.
    """
    kind = view.post("job_kind")
    slack = np.array([*(round(10 * tolerances.get(name, 0.0)) for name in JOB_KINDS), 0], dtype=np.int8)[kind]
    short = unassessed = np.array(False)
    for n, demanded in enumerate(view.facts.standards):
        least = np.maximum(demanded[view.post("standard")] - slack, 0)
        level = view.facts.levels[n][view.people]
        short = short | ((level >= 0) & (level < least))
        unassessed = unassessed | ((level == -1) & (least > 0))
    none = ~view.post("has_standard")
    return Finding(
        judged(~short, ~short & (unassessed | none | (kind < 0))),
        lambda: _shortfall(view, slack),
    )


def certificates_held(view: View, *, unrecorded: Literal["fail", "unknown"]) -> Finding:
    """Pass who holds every certificate the post demands, valid on the day; no demand passes all.

    A certificate that the city's records hold for nobody is unknown: they do not cover it. ``unrecorded`` says what a missing
    record of a certificate they do cover means.
    """
    demand = view.post("certificate_demand")
    until = view.grid("certificate_until", demand)
    held, covered = view.on <= until + TOLERANCE, view.post("certificates_covered")
    unknown = ~held & (~covered | (np.isneginf(until) & (unrecorded == "unknown")))
    return Finding(judged((demand < 0) | held, unknown), lambda: {
        "certificates": demand, "certificates_until": np.where(np.isfinite(until), until, np.nan),
    })  # fmt: skip


def _consecutive(view: View) -> Truth:
    return np.asarray(view.person("rating_prior_year") == view.person("rating_last_year") - 1)


def _due_year(view: View, due_days: int) -> int:
    """Return the latest year whose annual rating was due by the day of knowledge."""
    return int((view.facts.as_of - np.timedelta64(due_days, "D")).year) - 1


def _educationstep_of(name: str) -> int:
    return EDUCATION_STEP[name]


def _rank_number(name: str) -> int:
    return RANKS.index(name)


def _shortfall(view: View, slack: NDArray[np.int8]) -> dict[str, NDArray[Any]]:
    """Return which competencies are short (bit n: competency n) and by how many levels in all."""
    names, levels = np.array(0), np.array(0.0)
    for n, demanded in enumerate(view.facts.standards):
        least = np.maximum(demanded[view.post("standard")] - slack, 0).astype(np.int64)
        level = view.facts.levels[n][view.people].astype(np.int64)
        missing = np.where(level >= 0, np.maximum(least - level, 0), 0)
        names, levels = names + ((missing > 0) << n), levels + missing / 10
    return {"competencies_short": names, "levels_short": levels}
