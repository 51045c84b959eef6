"""The registered analysis: exact where nothing is there, honest intervals, the power it was said to have."""

import numpy as np
import pandas as pd
import pytest

from evaluation.trials.analysis import HARMS, UNPROVEN, WORKS, analyse
from evaluation.trials.outcomes import outcomes
from evaluation.trials.power import power
from evaluation.trials.protocol import LOTTERY, PHASED, Block, LotteryParams, Protocol
from features.errors import TooLittleDataError

PARAMS = LotteryParams(redraws=399, attrition=0.0)
SIZES = [(4, 1), (6, 2), (8, 4), (5, 1), (10, 5), (7, 3)] * 3


def world(effect: float, seed: int, *, lost: float = 0.0, spread: float = 0.0) -> pd.DataFrame:
    """Return a drawn trial: block means differ, the baseline explains a quarter, the effect may vary between people."""
    rng = np.random.default_rng(seed)
    rows = []
    for name, (size, places) in enumerate(SIZES):
        treated = rng.permutation(size) < places
        baseline = rng.normal(0, 1, size)
        noise = rng.normal(0, np.sqrt(0.75), size)
        gain = effect + spread * rng.normal(0, 1, size)
        outcome = rng.normal(0, 1) + 0.5 * baseline + noise + gain * treated
        told = {"block": f"B{name:02d}", "treated": treated, "started": treated, "baseline": baseline, "outcome": outcome}
        rows.append(pd.DataFrame(told))
    frame = pd.concat(rows, ignore_index=True)
    frame.loc[rng.random(len(frame)) < lost, "outcome"] = np.nan
    return frame


def planned() -> Protocol:
    blocks = tuple(
        Block(f"B{n:02d}", (("drawn", k), ("waiting", size - k)), tuple(f"{n}-{m}" for m in range(size)))
        for n, (size, k) in enumerate(SIZES)
    )
    return _of(blocks)


def _of(blocks: tuple[Block, ...]) -> Protocol:
    return Protocol("t", LOTTERY, "r", "2026-01-01", 0, blocks, ("drawn",), ("waiting",), {})


def test_the_estimate_is_that_of_least_squares_on_block_indicators() -> None:
    frame = world(0.4, 1)
    design = pd.get_dummies(frame["block"]).astype(float).assign(baseline=frame["baseline"], treated=frame["treated"].astype(float))
    expected = np.linalg.lstsq(design.to_numpy(), frame["outcome"].to_numpy(), rcond=None)[0][-1]
    assert analyse(frame, PARAMS, 1).effect == pytest.approx(expected, abs=1e-9)


def test_the_order_of_rows_changes_nothing_but_the_repeated_draws() -> None:
    frame = world(0.4, 2)
    shuffled = frame.sample(frac=1, random_state=1)
    assert analyse(frame, PARAMS, 1).effect == pytest.approx(analyse(shuffled, PARAMS, 1).effect)


def test_the_same_seed_gives_the_same_result() -> None:
    assert analyse(world(0.2, 3), PARAMS, 5) == analyse(world(0.2, 3), PARAMS, 5)


@pytest.mark.slow
def test_where_nothing_is_there_one_in_twenty_finds_something_and_intervals_cover() -> None:
    """600 trials: 5 % false findings within binomial error, half of them harm; intervals cover 95 %, also where effects vary."""
    found = [analyse(world(0.0, seed), PARAMS, seed) for seed in range(600)]
    false = sum(result.verdict != UNPROVEN for result in found)
    assert 13 <= false <= 50
    for effect, spread in ((0.3, 0.0), (0.3, 0.3)):
        results = [analyse(world(effect, 10_000 + seed, spread=spread), PARAMS, seed) for seed in range(300)]
        covered = sum(result.lower <= effect <= result.upper for result in results)
        assert 270 <= covered <= 299


@pytest.mark.slow
def test_the_power_said_beforehand_is_the_power_there_is() -> None:
    said = power(planned(), PARAMS)
    found = [analyse(world(said.effect * 1.5, 50_000 + seed), PARAMS, seed).verdict == WORKS for seed in range(300)]
    expected = power(planned(), LotteryParams(effect=said.effect * 1.5, attrition=0.0)).power
    assert abs(np.mean(found) - expected) < 4 * np.sqrt(expected * (1 - expected) / 300) + 0.02


def test_the_detectable_effect_is_found_with_the_wanted_power() -> None:
    said = power(planned(), PARAMS)
    again = power(planned(), LotteryParams(effect=said.detectable, attrition=0.0))
    assert again.power == pytest.approx(PARAMS.power, abs=0.005)
    assert again.enough is (again.power >= PARAMS.power)
    assert not said.enough


def test_a_trial_that_can_find_nothing_says_so() -> None:
    alone = _of((Block("B", (("drawn", 1), ("waiting", 1)), ("a", "b")),))
    assert power(alone, PARAMS).detectable == float("inf")
    assert power(_of(()), PARAMS).entrants == 0


def test_waves_between_the_first_and_the_late_ones_add_nothing_to_the_power() -> None:
    labels = tuple(f"{n:02d}" for n in range(40))
    waves = Block("K", (("wave 1", 10), ("wave 2", 20), ("wave 3", 10)), labels)
    two_sides = Block("K", (("wave 1", 10), ("wave 3", 10)), labels[:20])
    long, short = (
        Protocol("t", PHASED, "r", "2026-01-01", 9, (block,), ("wave 1",), ("wave 3",), {}) for block in (waves, two_sides)
    )
    assert power(long, PARAMS).error == power(short, PARAMS).error
    assert (power(long, PARAMS).entrants, power(short, PARAMS).entrants) == (40, 20)


def test_a_large_effect_works_or_harms() -> None:
    assert analyse(world(1.5, 4), PARAMS, 1).verdict == WORKS
    assert analyse(world(-1.5, 4), PARAMS, 1).verdict == HARMS


def test_outcomes_lost_on_one_side_decide_nothing() -> None:
    frame = world(1.5, 5)
    frame.loc[frame.index[frame["treated"]][::2], "outcome"] = np.nan
    result = analyse(frame, PARAMS, 1)
    assert result.missing_treated == pytest.approx(0.5, abs=0.05)
    assert not result.decides
    assert result.verdict == UNPROVEN


def test_too_few_outcomes_are_refused() -> None:
    frame = world(0.0, 6).assign(outcome=np.nan)
    with pytest.raises(TooLittleDataError, match="0 outcomes"):
        analyse(frame, PARAMS, 1)


def test_the_outcome_is_the_mean_of_the_window_and_nothing_else() -> None:
    start = pd.Timestamp("2024-01-01")
    days = [("2023-01-01", "2023-12-31"), ("2024-07-01", "2024-12-31"), ("2025-01-01", "2025-06-30"), ("2027-01-01", "2027-12-31")]
    scores = pd.DataFrame(days, columns=["period_start", "period_end"]).apply(pd.to_datetime)
    scores = scores.assign(employee_id=["a", "a", "a", "b"], score=[9.0, 1.0, 2.0, 5.0], exposure=[1.0, 1.0, 3.0, 1.0])
    found = outcomes(scores, pd.Series(["a", "b", "c"]), start, 7, 18)
    assert found.iloc[0] == pytest.approx(1.75)
    assert found.iloc[1:].isna().all()
