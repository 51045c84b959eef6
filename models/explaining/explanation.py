"""Why a pair gets its number: contributions of every part of the stack, grouped into concepts, adding up to the uplift."""

import numpy as np
import pandas as pd

from models.explaining.concepts import CONCEPTS, concept_of_feature, concept_of_fixed
from models.mixed.level_panel import fixed_names
from models.mixed.person_blocks import Codes, Floats
from models.pairs.situation import Situation, Terms, terms
from models.pairs.tree_stage import Stage
from models.pairs.uncertainty import Calibration


def explain(
    situation: Situation, stage: Stage, calibration: Calibration, candidates: tuple[Codes, Codes], matrix: pd.DataFrame
) -> pd.DataFrame:
    """Return pairs x concept: what each concept adds to the published uplift (SD); row sums are the uplift.

    Terms of the level model are exact, trees are TreeSHAP in the post minus TreeSHAP in the present post, each times its share
    of the blend and the applied slope; the level model's forecast as a feature is passed on to the concepts behind it.

    Parameters
    ----------
    situation, stage, calibration
        Of the model that published the number.
    candidates
        Places of the people in the situation, and position codes.
    matrix
        Pair columns of the candidates, arrival included.
    """
    place, position = candidates
    # people without a post have no present row to compare with: what the trees' means add is nobody's merit
    core = _core_concepts(situation, terms(situation, place, position, matrix))
    rest, beside = _tree_concepts(situation, stage, (place, position), matrix, core)
    raw = calibration.applied * (2 * core + rest + beside) / 3
    raw[:, CONCEPTS.index("typical")] += (1 - calibration.applied) * calibration.centre
    raw[:, CONCEPTS.index("typical")] += calibration.applied * _without_post(situation, stage, place) / 3
    raw[situation.stay.position[place] == position] = 0.0
    return pd.DataFrame(raw, index=matrix.index, columns=list(CONCEPTS))


def _core_concepts(situation: Situation, found: Terms) -> Floats:
    out = np.zeros((len(found.family), len(CONCEPTS)))
    _add(out, found.fixed, [concept_of_fixed(name) for name in fixed_names(situation.core.posts)])
    _add(out, found.fitting, [concept_of_feature(name) for name in situation.core.settings.fit.names])
    own = np.column_stack([found.family, found.unit, found.spell, found.position])
    _add(out, own, ["experience", "unit", "performance", "position"])
    return out


def _tree_concepts(
    situation: Situation, stage: Stage, candidates: tuple[Codes, Codes], matrix: pd.DataFrame, core: Floats
) -> tuple[Floats, Floats]:
    place, _ = candidates
    there = stage.contributions(stage.columns.encode(matrix), situation.outlook[place] + core.sum(axis=1))
    seated = np.unique(place[situation.stay.position[place] >= 0])
    at_home = stage.contributions(stage.columns.encode(situation.matrix.loc[seated]), situation.outlook[seated])
    spot, with_post = np.searchsorted(seated, place), situation.stay.position[place] >= 0
    features = [concept_of_feature(name) for name in stage.columns.names]
    sides = []
    for new, old in zip(there, at_home, strict=True):
        change = new.copy()
        change[with_post] -= old[spot[with_post]]
        out = np.zeros_like(core)
        _add(out, change[:, : len(features)], features)
        sides.append((out, change[:, len(features) :].sum(axis=1)))
    (rest, _), (beside, passed_on) = sides
    return rest, beside + _shares(core) * passed_on[:, None]


def _without_post(situation: Situation, stage: Stage, place: Codes) -> Floats:
    """Return what the trees' base values add for people without a present post, whose outlook the level model alone gives."""
    base = stage.base_values() - np.array([0.0, 1.0]) * situation.outlook[place][:, None]
    return np.asarray(np.where(situation.stay.position[place] < 0, base.sum(axis=1), 0.0))


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
