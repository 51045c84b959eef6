"""Other designs beside the matched one, tests that must find nothing, and how much hidden selection would explain it away."""

import numpy as np

from evaluation.effects.matched import Effect, match
from evaluation.effects.panel import Array
from evaluation.effects.risk_sets import risk_sets
from evaluation.effects.study import Study
from models.judgement.bracket import Histories, estimates

PLACEBO_BACK = 2
"""Years by which the first rating after the pretended date lies before the last one."""


def beside(study: Study) -> dict[str, Effect]:
    """Return the mean effect by designs that err in known ways.

    ``before_after``: movers' outcome less their last score: return to the mean counts as effect. ``did_last``, ``did_earlier``:
    change since the last score, since the one before it, less the stayers'. ``leniency_left_in``: the matched effect on ratings
    as given.
    """
    sets, outcome = study.sets, study.outcome()
    last, before = sets.history[:, 0], np.where(sets.history[:, 3] > 0, np.nan, sets.history[:, 1])
    change = outcome - last
    return {
        "before_after": _movers_only(study, change),
        "did_last": _difference(study, change),
        "did_earlier": _difference(study, outcome - before),
        "leniency_left_in": _recorded(study),
    }


def _movers_only(study: Study, change: Array) -> Effect:
    values = change[(study.sets.move >= 0) & np.isfinite(change)]
    if len(values) < 2:
        return Effect(float("nan"), float("nan"), len(values), 0)
    return Effect(float(values.mean()), float(values.std(ddof=1) / np.sqrt(len(values))), len(values), 0)


def _difference(study: Study, change: Array) -> Effect:
    sets = study.sets
    nothing = np.zeros((len(change), 1))
    return match(change, sets.moved, sets.code, nothing, sets.person, sets.unit).effect()


def _recorded(study: Study) -> Effect:
    panel = study.panel
    sets = risk_sets(panel, study.windows, study.seed, score=panel.recorded)
    outcome = panel.at(panel.recorded, sets.person, sets.outcome)
    return match(outcome, sets.moved, sets.code, sets.columns(), sets.person, sets.unit).effect()


def placebo(study: Study) -> Effect:
    """Return what the same comparison finds at a pretended date years before the move: it must be nothing.

    The outcome is the change between the two ratings around that date, which are older than the two matched on singly and
    enter their mean: if only what is matched on decides who moves, movers and stayers were on the same path there.
    """
    sets, panel = study.sets, study.panel
    after, before = (panel.at(panel.score, sets.person, sets.last - back) for back in (PLACEBO_BACK, PLACEBO_BACK + 1))
    return study.matched(after - before).effect()


def hidden_selection(study: Study) -> dict[str, float]:
    """Return ``robustness_value`` and ``bias_like_last`` of the regression on two lags (`models.judgement.bracket`)."""
    sets, outcome = study.sets, study.outcome()
    rows = np.isfinite(outcome) & (sets.history[:, 3] == 0)
    if not (rows & (sets.move >= 0)).any():
        return {"robustness_value": float("nan"), "bias_like_last": float("nan")}
    history = sets.history[rows]
    found = estimates(
        Histories(
            sets.moved[rows], outcome[rows], history[:, 0], history[:, 1], np.ones(int(rows.sum())), sets.code[rows].astype(np.intp)
        )
    )
    return {name: found[name] for name in ("robustness_value", "bias_like_last")}
