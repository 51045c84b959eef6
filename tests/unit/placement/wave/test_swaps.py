"""Rings of people who take each other's posts."""

from itertools import combinations, permutations

import numpy as np
import pandas as pd
import pytest

from placement.wave.swaps import swaps

TOLERANCE = 1e-9


def case(seed: int, people: int = 7) -> tuple[pd.DataFrame, pd.DataFrame]:
    rng = np.random.default_rng(seed)
    names = [f"E{k}" for k in range(people)]
    held = pd.DataFrame({"position_id": [f"P{k}" for k in range(people)]}, index=names)
    moves = pd.DataFrame(
        [(names[i], f"P{j}", rng.normal(0.1), rng.normal(0.3)) for i in range(people) for j in range(people) if i != j],
        columns=["employee_id", "position_id", "value", "gain"],
    )
    return moves[rng.random(len(moves)) < 0.6].reset_index(drop=True), held


def best_by_trying(moves: pd.DataFrame, people: int) -> float:
    edge = {(int(e[1:]), int(p[1:])): v for e, p, v, g in moves.itertuples(index=False) if g >= 0}
    rings: list[tuple[frozenset[int], float]] = []
    for size in (2, 3, 4):
        for some in combinations(range(people), size):
            for rest in permutations(some[1:]):
                ring = (some[0], *rest)
                steps = list(zip(ring, (*ring[1:], ring[0]), strict=True))
                if all(step in edge for step in steps):
                    rings.append((frozenset(ring), sum(edge[step] for step in steps)))

    def best(number: int, used: frozenset[int]) -> float:
        if number == len(rings):
            return 0.0
        without = best(number + 1, used)
        members, value = rings[number]
        return max(without, value + best(number + 1, used | members)) if value > 0 and not members & used else without

    rings = [ring for ring in rings if ring[1] > 0]
    return best(0, frozenset())


@pytest.mark.parametrize("seed", range(12))
def test_no_set_of_rings_is_worth_more(seed: int) -> None:
    moves, held = case(seed, people=6)
    found = swaps(moves, held)
    assert found["value"].sum() == pytest.approx(best_by_trying(moves, 6), abs=TOLERANCE)


@pytest.mark.parametrize("seed", range(6))
def test_a_ring_closes_nobody_is_in_two_and_nobody_loses(seed: int) -> None:
    moves, held = case(seed, people=9)
    found = swaps(moves, held)
    assert len(found), "a case without rings shows nothing"
    assert not found["employee_id"].duplicated().any()
    assert (found["gain"] >= 0).all()
    assert found.groupby("ring").size().between(2, 4).all()
    assert (found.groupby("ring")["from_position"].apply(set) == found.groupby("ring")["to_position"].apply(set)).all()
    assert (found.groupby("ring")["value"].sum() > 0).all()


def test_nobody_who_could_swap_leaves_an_empty_table() -> None:
    moves, held = case(0)
    assert swaps(moves.assign(gain=-1.0), held).empty
