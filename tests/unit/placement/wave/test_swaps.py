"""Rings of people who take each other's posts, on top of a plan and within its limits."""

from dataclasses import replace
from itertools import combinations, permutations

import numpy as np
import pandas as pd
import pytest

from placement.wave.limits import Limits, Wave
from placement.wave.swaps import SwapParams, swaps

TOLERANCE = 1e-9
NOTHING = pd.DataFrame({"employee_id": [], "other_id": []}, dtype=object)
Step = tuple[str, str]


def case(seed: int, people: int = 7, **limits: object) -> tuple[Wave, np.ndarray]:
    """Return a service in which every post is held, posts in three units of two districts, and what each step gains its person."""
    rng = np.random.default_rng(seed)
    names, posts = [f"E{k}" for k in range(people)], [f"P{k}" for k in range(people)]
    held = pd.DataFrame({"position_id": posts}, index=names)
    rows = [(names[i], posts[j]) for i in range(people) for j in range(people) if i != j]
    kept = np.flatnonzero(rng.random(len(rows)) < 0.6)
    moves = pd.DataFrame([rows[k] for k in kept], columns=["employee_id", "position_id"])
    moves = moves.assign(value=rng.normal(0.1, size=len(moves)), spread=0.1, distance=0.0, cost=1.0, aspired=False)
    frame = pd.DataFrame({
        "unit_id": [f"U{k % 3}" for k in range(people)], "job_family": "J", "vacant": 0,
        "district": [f"D{k % 2}" for k in range(people)],
    }, index=posts)  # fmt: skip
    floors = pd.DataFrame({"unit_id": [], "job_family": [], "staff": [], "floor": []})
    return Wave(moves, held, frame, floors, Limits(**limits)), rng.normal(0.3, size=len(moves))  # type: ignore[arg-type]


def none(wave: Wave) -> np.ndarray:
    return np.zeros(len(wave.moves), dtype=bool)


def allows(wave: Wave, steps: list[Step]) -> bool:
    """Return whether steps keep to the limits a ring can break here; from the words of the limits, not from the matrix."""
    unit, district = wave.posts["unit_id"], wave.posts["district"]
    held = wave.people["position_id"].to_dict()
    after = {**held, **dict(steps)}
    away = [(unit[held[who]], unit[post]) for who, post in steps if unit[held[who]] != unit[post]]
    most = wave.limits.out_of_unit
    together = all(district[held[a]] != district[held[b]] or district[after[a]] == district[after[b]]
                   for a, b in wave.together.itertuples(index=False))  # fmt: skip
    into = {who: unit[post] for who, post in steps}
    apart = all(a not in into or into[a] != into.get(b) for a, b in wave.apart.itertuples(index=False))
    return together and apart and (most is None or all(sum(left == u for left, _ in away) <= most for u in set(unit)))


def best_by_trying(wave: Wave, gain: np.ndarray, plan: list[Step]) -> float:
    worth = {
        (e, p): v - wave.limits.caution * s
        for (e, p, v, s), g in zip(
            wave.moves[["employee_id", "position_id", "value", "spread"]].itertuples(index=False, name=None), gain, strict=True
        )
        if g >= 0
    }
    held = wave.people["position_id"].to_dict()
    movers = {who for who, _ in plan}
    rings: list[tuple[list[Step], float]] = []
    for size in (2, 3, 4):
        for some in combinations([who for who in held if who not in movers], size):
            for rest in permutations(some[1:]):
                ring = (some[0], *rest)
                steps = [(who, held[other]) for who, other in zip(ring, (*ring[1:], ring[0]), strict=True)]
                if all(step in worth for step in steps) and (value := sum(worth[step] for step in steps)) > 0:
                    rings.append((steps, value))

    def best(number: int, steps: list[Step]) -> float:
        if number == len(rings):
            return 0.0 if allows(wave, [*plan, *steps]) else -np.inf
        without = best(number + 1, steps)
        more, value = rings[number]
        if {who for who, _ in more} & {who for who, _ in steps}:
            return without
        return max(without, value + best(number + 1, [*steps, *more]))

    return best(0, [])


@pytest.mark.parametrize("seed", range(12))
def test_no_set_of_rings_is_worth_more(seed: int) -> None:
    wave, gain = case(seed, people=6, caution=0.5)
    found = swaps(wave, gain, none(wave), SwapParams())
    worth = (found["value"] - 0.5 * found["spread"]).sum()
    assert worth == pytest.approx(best_by_trying(wave, gain, []), abs=TOLERANCE)


@pytest.mark.parametrize("seed", range(12))
def test_nor_within_the_limits_and_beside_the_plan(seed: int) -> None:
    wave, gain = case(seed, people=6, out_of_unit=2, moves=0)
    wave = replace(
        wave, together=pd.DataFrame({"employee_id": ["E0", "E1"], "other_id": ["E2", "E3"]}),
        apart=pd.DataFrame({"employee_id": ["E4"], "other_id": ["E5"]}),
    )  # fmt: skip
    taken = none(wave)
    taken[0] = True
    plan = [tuple(wave.moves[["employee_id", "position_id"]].iloc[0])]
    if not allows(wave, plan):
        taken, plan = none(wave), []
    found = swaps(wave, gain, taken, SwapParams())
    assert found["value"].sum() == pytest.approx(best_by_trying(wave, gain, plan), abs=TOLERANCE)
    assert not set(found["employee_id"]) & {who for who, _ in plan}
    assert allows(wave, [*plan, *found[["employee_id", "to_position"]].itertuples(index=False, name=None)])


def test_limits_keep_rings_out() -> None:
    """What the limits forbid is worth something here, or the test above shows nothing."""
    lost = 0
    for seed in range(12):
        wave, gain = case(seed, people=6)
        couple = pd.DataFrame({"employee_id": ["E0", "E1"], "other_id": ["E2", "E3"]})
        free, held = (swaps(one, gain, none(one), SwapParams())["value"].sum() for one in (wave, replace(wave, together=couple)))
        assert held <= free + TOLERANCE
        lost += free - held > 0.01
    assert lost > 2


@pytest.mark.parametrize("seed", range(6))
def test_a_ring_closes_nobody_is_in_two_and_nobody_loses(seed: int) -> None:
    wave, gain = case(seed, people=9)
    found = swaps(wave, gain, none(wave), SwapParams())
    assert len(found), "a case without rings shows nothing"
    assert not found["employee_id"].duplicated().any()
    assert (found["gain"] >= 0).all()
    assert found.groupby("ring").size().between(2, 4).all()
    totals = found.groupby("ring")["value"].sum()
    assert (totals > 0).all()
    assert totals.is_monotonic_decreasing
    for _, ring in found.groupby("ring"):
        following = ring["from_position"].shift(-1).fillna(ring["from_position"].iloc[0])
        assert list(ring["to_position"]) == list(following), "each takes the post of the next"


def test_nobody_who_could_swap_leaves_an_empty_table() -> None:
    wave, gain = case(0)
    assert swaps(wave, np.full(len(gain), -1.0), none(wave), SwapParams()).empty
