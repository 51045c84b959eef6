"""Why a pair gets its number: contributions of every part of the stack, grouped into concepts, adding up to the uplift."""

import numpy as np
import pandas as pd

from models.explaining.concepts import CONCEPTS, concept_of_feature, concept_of_fixed
from models.judgement.account import UNTOUCHED, Correction
from models.mixed.level_panel import fixed_names
from models.mixed.person_blocks import Codes, Floats
from models.pairs.effect_stage import CORE_EFFECT, STAY_OUTLOOK, with_core
from models.pairs.situation import Situation, Terms, terms
from models.pairs.uncertainty import Calibration
from models.uplift import CONSTANT, UpliftModel

_CONCEPT_OF = {STAY_OUTLOOK: "performance", CONSTANT: "typical"}


def explain(
    situation: Situation, speaking: tuple[UpliftModel | None, Calibration], candidates: tuple[Codes, Codes], matrix: pd.DataFrame,
    correction: Correction = UNTOUCHED,
) -> pd.DataFrame:  # fmt: skip
    """Return pairs x concept: what each concept adds to the published uplift (SD); row sums are the uplift.

    Terms of the level model are exact, times the weight of its difference and the slope; other learners' linear parts are exact
    and their trees are TreeSHAP. What a learner makes of the level model's difference is passed on to the concepts behind it.

    Parameters
    ----------
    situation
        People as they stand.
    speaking
        The effect that published the number; where it is None, the line on the level model's difference that did.
    candidates
        Places of the people in the situation, and position codes.
    matrix
        Pair columns of the candidates, arrival included.
    correction
        How far broken promises draw the effects back: all terms alike; what that leaves over is nobody's merit (`typical`).
    """
    (place, position), (learned, line) = candidates, speaking
    raw = _core_concepts(situation, terms(situation, place, position, matrix))
    if learned is None or not len(raw):
        raw *= line.applied
        raw[:, CONCEPTS.index("typical")] += (1 - line.applied) * line.centre
    else:
        raw = _learned_concepts(situation, learned, place, matrix, raw)
    raw *= correction.share
    raw[:, CONCEPTS.index("typical")] += (1 - correction.share) * correction.usual + correction.shift
    raw[situation.stay.position[place] == position] = 0.0
    return pd.DataFrame(raw, index=matrix.index, columns=list(CONCEPTS))


def _core_concepts(situation: Situation, found: Terms) -> Floats:
    out = np.zeros((len(found.family), len(CONCEPTS)))
    _add(out, found.fixed, [concept_of_fixed(name) for name in fixed_names(situation.core.posts)])
    _add(out, found.fitting, [concept_of_feature(name) for name in situation.core.settings.fit.names])
    own = np.column_stack([found.family, found.unit, found.spell, found.position])
    _add(out, own, ["experience", "unit", "performance", "position"])
    return out


def _learned_concepts(situation: Situation, effect: UpliftModel, place: Codes, matrix: pd.DataFrame, core: Floats) -> Floats:
    """Return the contributions to the learned effect, where the level model's difference consists of ``core``."""
    difference = core.sum(axis=1)
    found = effect.contributions(with_core(effect, matrix, difference, situation.outlook[place]))
    share, mean = effect.passed_on(CORE_EFFECT)
    out = share * core
    _add(out, found.drop(columns=CORE_EFFECT).to_numpy(), [_concept_of(str(name)) for name in found.columns if name != CORE_EFFECT])
    out[:, CONCEPTS.index("typical")] -= share * mean
    rest = found[CORE_EFFECT].to_numpy() - share * (difference - mean)
    return np.asarray(out + _shares(core) * rest[:, None])


def _concept_of(name: str) -> str:
    return _CONCEPT_OF.get(name) or concept_of_feature(name)


def _shares(core: Floats) -> Floats:
    """Return how much of the level model's effect each concept moved, by absolute size; all on performance where none did."""
    size = np.abs(core)
    total = size.sum(axis=1, keepdims=True)
    alone = np.zeros_like(core)
    alone[:, CONCEPTS.index("performance")] = 1.0
    return np.where(total > 0, size / np.where(total > 0, total, 1.0), alone)


def _add(out: Floats, values: Floats, concepts: list[str]) -> None:
    for place, concept in enumerate(concepts):
        out[:, CONCEPTS.index(concept)] += values[:, place]
