"""Overlap counted by hand."""

import numpy as np
import pandas as pd
import pytest

from models.judgement.judged import RiskFit
from models.judgement.overlap import overlap, overlap_plot, without_match

MOVED = [1, 0, 0, 1]
PROPENSITY = [0.95, 0.005, 0.15, 0.15]
SHARE = [1.0, 20.0, 20.0, 1.0]


def risk() -> RiskFit:
    none, codes = np.zeros(4), np.arange(4)
    return RiskFit(pd.DataFrame({"moved": MOVED}), np.array(SHARE), none, np.array(PROPENSITY), codes, codes)


def test_movers_and_stayers_are_counted_by_cell_with_their_weights() -> None:
    found = overlap(risk()).set_index("lower")
    assert found.loc[0.1, ["movers", "stayers"]].tolist() == [1.0, 20.0]
    assert found.loc[0.0, "stayers"] == 20.0
    assert found.loc[0.1, "moved"] == pytest.approx(1 / 21)
    assert found.loc[0.1, "foreseen"] == pytest.approx(0.15)
    assert np.isnan(found.loc[0.3, "foreseen"])
    assert found[["movers", "stayers"]].to_numpy().sum() == sum(SHARE)


def test_a_mover_among_movers_alone_has_no_match() -> None:
    assert without_match(overlap(risk())) == 0.5
    assert without_match(overlap(risk()), fewest=0.0) == 0.0


def test_the_plot_has_a_bar_per_arm_and_cell() -> None:
    found = overlap(risk())
    assert len(overlap_plot(found).axes[0].patches) == 2 * len(found)
