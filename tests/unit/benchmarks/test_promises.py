"""What is planted is planted: promises kept to the letter, raised, doubled; and the tables count what was found."""

import numpy as np
import pandas as pd
import pytest

from benchmarks.promises.bars import by_grade, gains
from benchmarks.promises.cities import Known
from benchmarks.promises.rates import design_doubt, doubled, errors, higher, just_kept, rates
from models.judgement.account import AccountParams

MOVES = 900
PARAMS = AccountParams(draws=60)


def city(seed: int, bias: float = 0.0) -> Known:
    """Return moves whose outcomes lie ``bias`` off the truth for all alike, and pairs of which the truth is known."""
    rng = np.random.default_rng(seed)
    tau = 0.1 + 0.4 * rng.standard_normal(MOVES)
    grade = np.array(["B", "C", "D"])[np.arange(MOVES) % 3]
    moves = pd.DataFrame({
        "employee_id": np.arange(MOVES).astype(str), "decision_on": pd.Timestamp("2024-01-01"), "moved": True,
        "uplift": 0.5 * tau + (grade == "C") * 0.2, "grade": grade, "weight": 1.0, "tau": tau,
        "gain": tau + bias + 0.5 * rng.standard_normal(MOVES),
    })  # fmt: skip
    error = rng.standard_normal(MOVES)
    pairs = pd.DataFrame(
        {"grade": grade, "uplift": 0.5 * error, "true": 0.0, "lower": 0.5 * error - 0.64, "upper": 0.5 * error + 0.64}
    )
    return Known(moves, pairs)


def test_promises_just_kept_are_kept_in_every_grade_and_in_their_differences() -> None:
    moves = city(1).moves
    promise = just_kept(moves)
    for grade in "BCD":
        here = (moves["grade"] == grade).to_numpy()
        assert promise[here].mean() == pytest.approx(moves.loc[here, "tau"].mean())
    assert np.polyfit(promise, moves["tau"], 1)[0] == pytest.approx(1.0)


def test_planted_promises_are_off_by_what_was_planted() -> None:
    moves = city(1).moves
    off = higher(0.5, "C")(moves) - just_kept(moves)
    assert off == pytest.approx(0.5 * (moves["grade"] == "C").to_numpy())
    assert np.polyfit(doubled(moves), moves["tau"], 1)[0] == pytest.approx(0.5)


def test_what_is_broken_is_counted_and_what_is_kept_is_not() -> None:
    found = rates([city(seed) for seed in range(3)], PARAMS, 0.6).set_index("planted")
    assert found.loc["just kept", ["level", "differences", "worse"]].tolist() == [0, 0, 0]
    assert found.loc["all 0.6 SD too high", ["level", "worse"]].tolist() == [3, 0]
    assert found.loc["differences doubled", "differences"] == 3
    assert found.loc["C 0.6 SD too high", ["asked", "meant"]].tolist() == [3, 3]


def test_the_error_of_the_design_is_what_chance_does_not_explain() -> None:
    sound, biased = (errors([city(seed, bias) for seed in range(6)], PARAMS) for bias in (0.0, -0.2))
    assert design_doubt(sound[sound["grade"] == ""]) < 0.03
    assert design_doubt(biased[biased["grade"] == ""]) == pytest.approx(0.2, abs=0.03)


def test_a_grade_is_told_by_its_usual_error_and_by_what_its_intervals_hold() -> None:
    found = by_grade(pd.concat([city(1).pairs.assign(city=1), city(2).pairs.assign(city=2)])).set_index("grade")
    assert found["error"].to_numpy() == pytest.approx(np.full(3, 0.5), abs=0.04)
    assert found["coverage"].to_numpy() == pytest.approx(np.full(3, 0.8), abs=0.06)
    assert found["cities"].tolist() == [2, 2, 2]


def test_the_gain_of_a_list_is_the_oracles_share_in_either_order() -> None:
    """Forty candidates, truth as forecast; half of the best have the weakest grade, which the order of a list puts last."""
    true = np.arange(40.0)
    pairs = pd.DataFrame({
        "city": 1, "position_id": "P", "true": true, "uplift": true, "lower": true - 50, "upper": true + 50,
        "grade": np.where(np.arange(40) % 2, "D", "B"),
    })  # fmt: skip
    found = gains(pairs).iloc[0]
    assert found["by forecast"] == pytest.approx(1.0)
    assert found["list order"] == pytest.approx((29.0 - 19.5) / (34.5 - 19.5))
