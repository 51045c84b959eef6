"""The forecast with nothing learned."""

from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from models.plain_outlook import PlainOutlook

PEOPLE = pd.Index(pd.Categorical.from_codes(np.arange(300, dtype=np.int16), [f"E{n:03}" for n in range(300)], ordered=True))


def situated(scores: pd.DataFrame) -> pd.Series:
    frames: Any = SimpleNamespace(employees=pd.DataFrame(index=PEOPLE))
    ratings: Any = SimpleNamespace(scores=scores)
    return PlainOutlook(prior_ratings=2.0).situate(frames, ratings, pd.DataFrame()).outlook


@pytest.mark.parametrize("people", [PEOPLE[:0], pd.Index(pd.Categorical([], ordered=True))], ids=["nobody rated", "nobody known"])
def test_before_any_rating_everybody_is_expected_at_the_mean(people: pd.Index) -> None:
    nothing = pd.DataFrame({"employee_id": people, "score": np.zeros(0), "reliability": np.zeros(0)})
    outlook = situated(nothing)
    assert len(outlook) == len(PEOPLE)
    assert (outlook == 0.0).all()


def test_the_outlook_is_the_mean_of_ones_scores_drawn_to_zero_by_reliability() -> None:
    scores = pd.DataFrame({"employee_id": PEOPLE[[5, 5, 9]], "score": [1.0, 2.0, -1.0], "reliability": [0.5, 1.0, np.nan]})
    outlook = situated(scores)
    assert outlook.loc["E005"] == pytest.approx(2.5 / 3.5)
    assert outlook.drop("E005").eq(0.0).all()
