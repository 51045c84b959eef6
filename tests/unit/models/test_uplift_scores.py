"""The scorer of the comparison: figures of a forecast, and the tables of ours alone."""

import numpy as np
import pandas as pd
import pytest

from benchmarks.uplift.score import OURS, READINGS, VARYING, ours_alone, readings, score

TRUTH = np.arange(10.0)


def test_a_perfect_forecast_errs_nowhere_and_a_constant_ranks_nobody() -> None:
    y = np.repeat([0.0, 2.0], 5)
    assert score(TRUTH, TRUTH, y) == pytest.approx({"npehe": 0.0, "rho": 1.0, "gain20": 1.0})
    assert score(TRUTH, TRUTH * 0 + 4.5, y) == pytest.approx({"npehe": np.sqrt(8.25), "rho": 0.0, "gain20": 0.0})
    assert np.isnan(score(TRUTH * 0, TRUTH, y)["rho"])


def test_ours_alone_means_over_sets_leave_the_constant_set_out() -> None:
    figures = {"rho": 0.5, "gain20": 0.5, "coverage": 0.8, "supported": 1.0, "cpu_s": 2.0, "npehe_constant": 0.9}
    files = [
        ("ihdp_b", OURS, 0.1),
        ("ihdp_b", OURS, 0.3),
        ("players", OURS, 0.4),
        ("nie_wager_c", OURS, 5.0),
        ("players", "other", 9.0),
    ]
    tables = ours_alone(pd.DataFrame([{"set": of, "method": method, "npehe": npehe, **figures} for of, method, npehe in files]))
    by_set, means = (table for table in tables.values())
    assert by_set.set_index("set")["npehe"].to_dict() == pytest.approx({"ihdp_b": 0.2, "nie_wager_c": 5.0, "players": 0.4})
    assert by_set.set_index("set")["files"].to_dict() == {"ihdp_b": 2, "nie_wager_c": 1, "players": 1}
    assert means["npehe"].iloc[0] == pytest.approx(0.3)


def test_the_mark_is_told_both_ways() -> None:
    by = pd.DataFrame(
        [{"method": OURS, **dict.fromkeys(VARYING, 0.2), "nie_wager_c": 0.04}, {"method": "other", **dict.fromkeys(VARYING, 0.3)}]
    )
    marks = readings(by)[READINGS]
    assert marks["found"].tolist() == pytest.approx([0.2, 1.44 / 8])
    assert marks["verdict"].tolist() == ["missed", "kept"]
