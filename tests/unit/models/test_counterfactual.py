"""Counterfactuals of a model whose every answer is known."""

import numpy as np
import pandas as pd
import pytest

from models.explaining.counterfactual import counterfactual, together

OWN = pd.DataFrame({"years": [2.0], "hours": [np.nan], "family": pd.Categorical(["a"], ["a", "b"]), "alike": [1]})
OTHER = pd.DataFrame({"years": [5.0], "hours": [10.0], "family": pd.Categorical(["b"], ["a", "b"]), "alike": [1]})


def forecast(matrix: pd.DataFrame) -> np.ndarray:
    assert isinstance(matrix["family"].dtype, pd.CategoricalDtype)
    hours, family = matrix["hours"].fillna(0.0), (matrix["family"] == "b").astype(float)
    return (0.1 * matrix["years"] + 0.0 * hours - 0.5 * family).to_numpy(dtype=np.float64)


def test_every_change_is_the_forecast_with_that_column_alone_changed() -> None:
    found = counterfactual(OWN, OTHER, forecast)
    assert found.index.tolist() == ["years", "family"]
    assert found["change"].tolist() == pytest.approx([0.3, -0.5])
    assert found["uplift"].tolist() == pytest.approx([0.5, -0.3])
    assert found.loc["years", ["own", "other"]].tolist() == ["2", "5"]


def test_changes_made_one_after_the_other_add_to_those_before() -> None:
    assert together(OWN, OTHER, ["years", "family"], forecast).tolist() == pytest.approx([0.2, 0.5, 0.0])
    assert together(OWN, OTHER, [], forecast).tolist() == pytest.approx([0.2])


def test_pairs_that_do_not_differ_have_no_counterfactual() -> None:
    assert counterfactual(OWN, OWN, forecast).empty
