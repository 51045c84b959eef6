"""Aspirations: no lie about one's wishes is ever rewarded."""

from itertools import product

import numpy as np
import pytest

from placement.wave.wishes import Stays, grant

CASES, LIES = 10_000, 4
PEOPLE, POSTS = 3, 4


class Service:
    """Every lawful outcome of a small service with its value: outcome x person, post or -1 for staying."""

    def __init__(self, rng: np.random.Generator) -> None:
        worth = np.c_[rng.normal(0.2, 1.0, (PEOPLE, POSTS)), np.zeros(PEOPLE)]
        every = product(range(-1, POSTS), repeat=PEOPLE)
        outcomes = np.array([o for o in every if len({p for p in o if p >= 0}) == sum(p >= 0 for p in o)])
        allowed = rng.random((PEOPLE, POSTS)) < 0.8
        lawful = np.array([all(p < 0 or allowed[i, p] for i, p in enumerate(o)) for o in outcomes])
        self.outcomes = outcomes[lawful]
        self.value = worth[np.arange(PEOPLE), self.outcomes].sum(axis=1)

    def kept(self, granted: dict[str, str | None]) -> np.ndarray:
        kept = np.ones(len(self.value), dtype=bool)
        for person, wish in granted.items():
            kept &= self.outcomes[:, int(person)] == (-1 if wish is Stays else int(wish))
        return kept

    def best(self, granted: dict[str, str | None]) -> float:
        kept = self.kept(granted)
        return float(self.value[kept].max()) if kept.any() else -np.inf

    def final(self, granted: dict[str, str | None]) -> np.ndarray:
        kept = np.flatnonzero(self.kept(granted))
        return self.outcomes[kept[np.argmax(self.value[kept])]]


@pytest.mark.slow
def test_no_profitable_lie_in_ten_thousand_small_cases() -> None:
    rng = np.random.default_rng(2026)
    granted_first, lies = 0, 0
    for _ in range(CASES):
        service = Service(rng)
        order = [str(k) for k in rng.permutation(PEOPLE)]
        options = [Stays, *map(str, range(POSTS))]
        truth = {str(k): [options[i] for i in rng.permutation(POSTS + 1)] for k in range(PEOPLE)}
        floor = service.best({}) - rng.exponential(0.7)
        honest = service.final(grant(order, truth, service.best, floor))
        liar = str(rng.integers(PEOPLE))
        rank = {(-1 if wish is Stays else int(wish)): place for place, wish in enumerate(truth[liar])}
        granted_first += rank[int(honest[int(liar)])] == 0
        for _ in range(LIES):
            told = [truth[liar][i] for i in rng.permutation(POSTS + 1)[: rng.integers(0, POSTS + 2)]]
            ends = service.final(grant(order, {**truth, liar: told}, service.best, floor))
            lies += int(ends[int(liar)] != honest[int(liar)])
            assert rank[int(ends[int(liar)])] >= rank[int(honest[int(liar)])]
        assert service.value.max() - service.best(grant(order, truth, service.best, floor)) <= service.best({}) - floor + 1e-9
    assert granted_first > CASES // 4, "the mechanism must give people something"
    assert lies > CASES // 4, "lies must change outcomes, or nothing was tested"
