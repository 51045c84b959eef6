"""Contributions summed up and laid out, on rows small enough to reckon by hand."""

import pandas as pd
import pytest

from models.explaining.drivers import difference, drivers, drivers_plot, laid_out, laid_out_plot

CONTRIBUTIONS = pd.DataFrame({"performance": [0.3, -0.1], "experience": [0.1, 0.3], "tenure": [0.0, 0.0], "unit": [0.0, -0.2]})


def test_drivers_are_ordered_by_mean_size_and_shares_add_up() -> None:
    found = drivers(CONTRIBUTIONS)
    assert found.index.tolist() == ["performance", "experience", "unit"]
    assert found["size"].tolist() == pytest.approx([0.2, 0.2, 0.1])
    assert found["mean"].tolist() == pytest.approx([0.1, 0.2, -0.1])
    assert found["share"].sum() == pytest.approx(1.0)


def test_a_pair_laid_out_ends_at_its_uplift() -> None:
    steps = laid_out(CONTRIBUTIONS.loc[1])
    assert steps.index.tolist() == ["experience", "unit", "performance"]
    assert steps["after"].iloc[-1] == pytest.approx(CONTRIBUTIONS.loc[1].sum())
    assert steps["before"].tolist()[1:] == steps["after"].tolist()[:-1]


def test_the_difference_of_two_pairs_is_the_difference_of_their_uplifts() -> None:
    gap = difference(CONTRIBUTIONS, 0, 1)
    assert gap.index[0] == "performance"
    assert gap.sum() == pytest.approx(CONTRIBUTIONS.loc[0].sum() - CONTRIBUTIONS.loc[1].sum())


def test_plots_have_one_bar_per_concept_and_none_for_nothing() -> None:
    assert len(drivers_plot(drivers(CONTRIBUTIONS)).axes[0].patches) == 3
    assert len(laid_out_plot(laid_out(CONTRIBUTIONS.loc[0]), "a").axes[0].patches) == 2
    nothing = CONTRIBUTIONS * 0
    assert drivers(nothing).empty
    assert len(drivers_plot(drivers(nothing)).axes[0].patches) == 0
