"""What decides: the effect on performance, the tests it must pass, every other outcome, the causes, and the verdict on them."""

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from evaluation.effects.causes import CauseParams, causes
from evaluation.effects.designs import placebo
from evaluation.effects.matched import Effect, Matched
from evaluation.effects.study import Study
from evaluation.effects.units import effects_on_units, unit_years
from evaluation.effects.verdict import Verdict, VerdictParams, judge
from evaluation.effects.voices import SURVEYED, Levels, answers, surveyed

UNIT_OUTCOMES: dict[str, str] = {"colleagues": "sd", "service_index": "index", "visitors": "log"}
"""Outcomes of units, and in what each is measured."""
NOT_RATED: tuple[str, ...] = ("service_index", "visitors")
"""Of these, what no quota makes a zero-sum game: a good newcomer takes a top grade from a colleague, who is none the worse."""


@dataclass(frozen=True, slots=True)
class EvaluationParams:
    """``verdict``: the rule; ``causes``: when a cause is named."""

    verdict: VerdictParams = field(default_factory=VerdictParams)
    causes: CauseParams = field(default_factory=CauseParams)


@dataclass(frozen=True, slots=True)
class Finding:
    """What the verdict rests on.

    ``matched`` and its mean ``main``: effect on performance; ``placebo``: at a pretended date; ``growth``: from the first year to
    the second; ``surveys``: effect and levels by outcome; ``units``: effect by outcome and side; ``causes``: as `causes.causes`.
    """

    study: Study
    matched: Matched
    main: Effect
    placebo: Effect
    growth: Effect
    surveys: dict[str, tuple[Effect, Levels]]
    units: dict[str, dict[str, Effect]]
    causes: pd.DataFrame
    verdict: Verdict


def find(study: Study, params: EvaluationParams) -> Finding:
    """Return what ``study`` shows and the verdict on it."""
    found = study.matched(study.outcome())
    later, grown = study.later()
    growth, pretended = later.matched(grown).effect(), placebo(study)
    surveys, units = _surveys(study), _units(study)
    others = {name: effect for name, (effect, _) in surveys.items()}
    others |= {f"{name}, {side}": units[name][side] for name in NOT_RATED for side in units[name]}
    main = found.effect()
    return Finding(
        study, found, main, pretended, growth, surveys, units, causes(found, study.of_rows(), growth, params.causes),
        judge(main, pretended, others, params.verdict),
    )  # fmt: skip


def _surveys(study: Study) -> dict[str, tuple[Effect, Levels]]:
    said = {
        name: answers(study.panel, study.known, vocabulary) for name, vocabulary in SURVEYED.items() if "surveys" in study.known
    }
    return {name: surveyed(study, values) for name, values in said.items() if np.isfinite(values).any()}


def _units(study: Study) -> dict[str, dict[str, Effect]]:
    rows = unit_years(study.panel, study.known)
    return {name: effects_on_units(rows, name) for name in UNIT_OUTCOMES}
