"""How contributions spread and hang on a feature, on rows small enough to reckon by hand."""

import numpy as np
import pandas as pd
import pytest

from models.explaining.dependence import dependence, dependence_plot, leading_feature, spread, spread_plot

CONTRIBUTIONS = pd.DataFrame({"tenure": np.linspace(0, 1, 11), "unit": np.linspace(0, 0.1, 11), "rank": np.zeros(11)})


def test_concepts_are_ordered_by_the_width_of_their_middle() -> None:
    found = spread(CONTRIBUTIONS)
    assert found.index.tolist() == ["tenure", "unit"]
    assert found.loc["tenure"].tolist() == pytest.approx([0.1, 0.5, 0.9, 0.0, 1.0])
    assert len(spread_plot(CONTRIBUTIONS).axes[0].get_yticklabels()) == 2


def test_dependence_means_over_cells_and_keeps_those_without_a_value_apart() -> None:
    values = pd.Series([*range(16), np.nan], name="ten_post_months")
    contribution = pd.Series([*(0.1 * k for k in range(16)), 5.0])
    found = dependence(values, contribution)
    assert found["pairs"].sum() == 17
    assert found["mean"].iloc[:-1].is_monotonic_increasing
    assert np.isnan(found["from"].iloc[-1])
    assert found["mean"].iloc[-1] == 5.0
    assert dependence_plot(values, contribution, "tenure").axes[0].get_xlabel() == "ten_post_months"


def test_a_feature_of_one_value_makes_one_cell() -> None:
    found = dependence(pd.Series([3.0, 3.0], name="x"), pd.Series([0.0, 1.0]))
    assert found[["pairs", "mean"]].iloc[0].tolist() == [2.0, 0.5]


def test_the_leading_feature_is_of_the_concept_and_goes_with_it() -> None:
    features = pd.DataFrame({
        "ten_post_months": np.linspace(9, 1, 11), "ten_unit_months": [3.0, 1, 2] * 3 + [1.0, 2.0],
        "unit_staff": np.linspace(0, 1, 11), "pos_job_family": list("abcabcabcab"),
    })  # fmt: skip
    assert leading_feature(features, CONTRIBUTIONS, "tenure") == "ten_post_months"
    assert leading_feature(features, CONTRIBUTIONS, "rank") is None
