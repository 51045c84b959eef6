"""Sorting a list: weak evidence never comes before strong for a number alone."""

import numpy as np
import pytest

from serving.dossiers import NOTHING
from serving.ordering import SORTS, STRENGTH, sort_rows


def rows(seed: int, count: int = 40) -> list[dict[str, object]]:
    rng = np.random.default_rng(seed)
    return [
        {"rank": n + 1, "grade": str(rng.choice(list("ABCD"))), "dossier": NOTHING, "training_gap": None,
         "origin_effect": float(rng.normal()) if rng.random() < 0.5 else None,
         **{name: float(rng.normal()) for name in ("uplift", "lower", "net_value", "expected_in_post")}}
        for n in range(count)
    ]  # fmt: skip


@pytest.mark.parametrize("by", ["uplift", "lower", "net_value", "expected"])
@pytest.mark.parametrize("seed", range(5))
def test_by_an_estimate_weak_evidence_stands_below_strong(by: str, seed: int) -> None:
    strengths = [STRENGTH[row["grade"]] for row in sort_rows(rows(seed), by)]
    assert strengths == sorted(strengths)


def test_within_equal_evidence_the_larger_estimate_comes_first() -> None:
    strong = [row["uplift"] for row in sort_rows(rows(1), "uplift") if row["grade"] in "AB"]
    assert strong == sorted(strong, reverse=True)


def test_what_is_missing_comes_last_and_every_sort_keeps_everybody() -> None:
    for by in SORTS:
        assert len(sort_rows(rows(2), by)) == 40
    values = [row["origin_effect"] for row in sort_rows(rows(2), "origin")]
    first_missing = values.index(None)
    assert all(value is None for value in values[first_missing:])


def test_the_published_order_is_the_published_order() -> None:
    assert [row["rank"] for row in sort_rows(rows(3)[::-1], "order")] == list(range(1, 41))
