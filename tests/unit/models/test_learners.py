"""Who speaks in the effect."""

from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import pandas as pd

from models.explaining.learners import LEVEL_MODEL, learner_weights, learner_weights_plot


@dataclass
class Fitted:
    effect: Any
    calibration: Any = field(default_factory=lambda: SimpleNamespace(applied=0.8))


def test_the_heaviest_learner_comes_first_and_the_silent_are_told() -> None:
    found = learner_weights(Fitted(SimpleNamespace(weights_=pd.Series({"s": 0.1, "x": 0.3, "r": 0.0}))))  # type: ignore[arg-type]
    assert found.index.tolist() == ["x", "s", "r"]
    assert found["share"].round(2).tolist() == [0.75, 0.25, 0.0]
    assert found["silent"].tolist() == [False, False, True]
    assert len(learner_weights_plot(found).axes[0].patches) == 2


def test_without_a_stack_the_level_model_speaks() -> None:
    found = learner_weights(Fitted(None))  # type: ignore[arg-type]
    assert found.index.tolist() == [LEVEL_MODEL]
    assert found["share"].tolist() == [1.0]
    assert found["weight"].tolist() == [0.8]
