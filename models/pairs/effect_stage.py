"""The effect of a move by ``models.uplift.UpliftModel`` on vacancy trials, the level model's difference its first candidate.

Treated are people who were *assigned* to a post that was filled, untreated those who could have been and stayed. Who asked for a
post or was chosen for it has reasons the record does not show; assigned movers are the anchor.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from features.trials import TrainingRows
from models.mixed.person_blocks import Floats
from models.pairs.core import Core
from models.pairs.lessons import Fitting, forecast
from models.stack.encoding import TreeScores
from models.uplift import UpliftModel

_DRAWS = 50
"""Bootstrap draws behind AUTOC and Qini, which the pair model's own validation measures anew."""
_STAYERS_WEIGH = 3.0
"""What all stayers weigh against all movers. As they occur, a mover in a thousand, every propensity would be clipped and the R-loss
measure little but the clipping; an effect given x does not depend on how often people move."""
CORE_EFFECT, STAY_OUTLOOK = "core_effect", "stay_outlook"
"""Columns behind the pair columns: the level model's effect of the move, and its forecast of staying (SD)."""


@dataclass(frozen=True, slots=True)
class EffectParams:
    """How the effect is learned from vacancy trials.

    ``stayers`` sampled at most; ``fewest`` assigned movers below which the level model's difference stands alone; ``trust`` the
    weight of that difference before the trials speak, the learners share the rest; ``weight_doubt`` the prior SD of every weight,
    ``mean_doubt`` (SD) that of the mean effect around the level model's; ``slope`` what is to be
    expected of a difference between two effects, ``slope_doubt`` its prior SD; ``folds`` of persons; ``trees`` of each LightGBM.
    """

    stayers: int = 3_000
    fewest: int = 60
    trust: float = 0.9
    weight_doubt: float = 0.01
    mean_doubt: float = 0.1
    slope: float = 1.0
    slope_doubt: float = 0.25
    folds: int = 3
    trees: int = 60
    threads: int = 1


def fit_effect(rows: TrainingRows, core: Core, own: pd.DataFrame, params: EffectParams, seed: int) -> UpliftModel | None:
    """Return the effect of an assigned move given history, post and the level model's difference; None with too few movers.

    ``own`` (risk rows, k) are the fit columns of each risk row with the post held at the decision. The level model's columns are
    honest: effects of posts and careers from other folds of persons, own effects from ratings known at the decision.
    """
    question = trial_questions(rows, params.stayers, seed)
    if int(question["moved"].sum()) < params.fewest:
        return None
    matrix = rows.trial_matrix.iloc[question["trial_row"]].reset_index(drop=True)
    settings = core.settings
    fitting = Fitting(*(settings.fit_terms(side).sum(axis=1) for side in (own.iloc[question["risk_row"]], matrix)))
    forecasts = forecast(core, question.assign(moved=True, arrival="assigned"), fitting, params.folds, seed)
    model = UpliftModel(
        n_folds=params.folds, n_trees=params.trees, n_draws=_DRAWS, effect_columns=(CORE_EFFECT,), effect_prior=params.trust,
        weight_sd=params.weight_doubt, line=(params.mean_doubt, params.slope, params.slope_doubt), smooth=False, refit=True,
        n_threads=params.threads, random_state=seed,
    )  # fmt: skip
    return model.fit(
        matrix.assign(**{CORE_EFFECT: forecasts.post - forecasts.stay, STAY_OUTLOOK: forecasts.stay}),
        question["moved"].to_numpy(),
        question["outcome"].to_numpy(dtype=np.float64),
        groups=question["employee_id"].cat.codes.to_numpy(),
        sample_weight=question["weight"].to_numpy(dtype=np.float64),
    )


def with_core(model: UpliftModel, columns: pd.DataFrame, effect: Floats, outlook: Floats) -> pd.DataFrame:
    """Return the columns that ``model`` was fitted on, of pair columns, the level model's effect and its outlook of staying."""
    return columns.assign(**{CORE_EFFECT: effect, STAY_OUTLOOK: outlook})[list(model.feature_names_in_)]


def effect_of(
    model: UpliftModel, columns: Callable[[], pd.DataFrame], effect: Floats, outlook: Floats, scored: TreeScores | None = None
) -> Floats:
    """Return the effects (n,) that ``model`` makes of the level model's effect and its outlook of staying.

    ``columns`` makes the pair columns (n rows); it is called only where a learner of the model reads one of them. ``scored`` may
    know what trees say of these rows.
    """
    if not reads_pairs(model):
        return model.effect_from({CORE_EFFECT: effect, STAY_OUTLOOK: outlook})
    return model.effect(with_core(model, columns(), effect, outlook), scored=scored)


def reads_pairs(model: UpliftModel) -> bool:
    """Return whether any learner with a weight reads more than what the level model says."""
    return not model.reads or not set(model.reads) <= {CORE_EFFECT, STAY_OUTLOOK}


def trial_questions(rows: TrainingRows, most: int, seed: int) -> pd.DataFrame:
    """Return the trial rows to learn from: every assigned mover, and at most ``most`` of the eligible who stayed.

    Rows of ``rows.trials`` (numbered in ``trial_row``) with what the risk row (``risk_row``) of the same person and day says of the
    post held then and of the day the outcome speaks of; ``weight``: of stayers as sampled, together ``_STAYERS_WEIGH`` movers each.
    """
    known = rows.risk[["employee_id", "decision_on", "origin_position_id", "arrival", "outcome_on"]]
    known = known.assign(risk_row=np.arange(len(known)))
    joined = rows.trials.reset_index(names="trial_row").merge(known, on=["employee_id", "decision_on"], how="inner")
    usable = joined[joined["outcome"].notna() & (joined["outcome_weight"] > 0)]
    movers = usable[usable["moved"].astype(bool) & (usable["arrival"] == "assigned")]
    stayers = usable[~usable["moved"].astype(bool)]
    kept = min(most, len(stayers))
    drawn = stayers.iloc[np.random.default_rng(seed).choice(len(stayers), kept, replace=False)]
    sampled = drawn["sampling_weight"] * drawn["outcome_weight"]
    scale = _STAYERS_WEIGH * movers["outcome_weight"].sum() / max(sampled.sum(), 1e-12)
    both = pd.concat([movers.assign(weight=movers["outcome_weight"]), drawn.assign(weight=scale * sampled)])
    return both.sort_values("trial_row", ignore_index=True)
