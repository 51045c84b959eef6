"""How often the gate says something where groups do not differ: `python -m benchmarks.fairness.notes --draws 1000`.

People, and how many are eligible, shown first, planned and have moved, are those of runs on invented cities; women, disabilities on
record, scores and outcomes are drawn by lot, so that whatever the gate says is chance. The table is in docs/fairness.md.
"""

import argparse
from collections import Counter
from dataclasses import dataclass

import numpy as np
import pandas as pd

from evaluation.fairness.evaluate import (
    ELIGIBLE,
    MENTORED,
    PLANNED,
    SCORES,
    SHORTLISTED,
    TRAINED,
    FairnessParams,
    fairness,
    promises_by_group,
)
from evaluation.fairness.gate import Gate, judge

AS_OF = pd.Timestamp("2026-06-30")
WOMEN, DISABLED = 0.56, 0.011
"""Shares in invented cities."""
ALIKE = 0.6
"""Correlation of two scores of one person, near enough that of a run."""


@dataclass(frozen=True, slots=True)
class Sizes:
    """How many people are in service, eligible, shown first on a list, in the plan, and have moved under a promise."""

    in_service: int
    eligible: int
    shortlisted: int
    planned: int
    moved: int


CITIES = (Sizes(1_191, 695, 316, 48, 127), Sizes(3_960, 1_928, 773, 159, 390), Sizes(7_920, 3_856, 1_546, 318, 780))
"""Invented cities of 1,200 (seed 5) and 4,000 (seed 31), eight years; one of 8,000 is taken as twice that of 4,000."""


def by_lot(sizes: Sizes, seed: int) -> Gate:
    """Return what the gate says of one run in which traits are drawn by lot."""
    rng = np.random.default_rng(seed)
    ids = pd.Index([f"e{number:05d}" for number in range(sizes.in_service)], name="employee_id")
    people, vault = _people(sizes, ids, rng)
    shared = rng.normal(size=sizes.eligible) * np.sqrt(ALIKE)
    own = rng.normal(size=(len(SCORES), sizes.eligible)) * np.sqrt(1 - ALIKE)
    scores = pd.DataFrame(dict(zip(SCORES, own + shared, strict=True)), index=ids[: sizes.eligible])
    moves = pd.DataFrame({
        "employee_id": rng.choice(ids, sizes.moved, replace=False), "promised": 0.0, "realised": rng.normal(size=sizes.moved),
        "weight": 1.0,
    })  # fmt: skip
    params = FairnessParams()
    fared = fairness(people, scores, vault, AS_OF, params)
    kept = promises_by_group(moves, people["birth_date"], vault, AS_OF, params)
    return judge(pd.concat([fared, kept], ignore_index=True), params.gate, ranked=True)


def _people(sizes: Sizes, ids: pd.Index, rng: np.random.Generator) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return people and vault: the first are eligible, of those some shown first, of these some planned; traits by lot."""
    n = sizes.in_service
    at = np.arange(n)
    born = AS_OF - pd.to_timedelta(rng.uniform(24, 59, n) * 365.2425, unit="D")
    planned = at < sizes.planned
    flags = {
        ELIGIBLE: at < sizes.eligible, SHORTLISTED: at < sizes.shortlisted, PLANNED: planned,
        TRAINED: planned & (rng.random(n) < 0.5), MENTORED: planned & (rng.random(n) < 0.8),
    }  # fmt: skip
    vault = pd.DataFrame({
        "employee_id": ids, "sex": np.where(rng.random(n) < WOMEN, "F", "M"),
        "disability": pd.array(rng.random(n) < DISABLED, dtype="boolean"),
    })  # fmt: skip
    return pd.DataFrame({"birth_date": born.floor("D"), **flags}, index=ids), vault


def main() -> None:
    """Print, by size of the city, the share of draws with a note, with another finding, and blocked; and what notes are about."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--draws", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=70_000)
    asked = parser.parse_args()
    for sizes in CITIES:
        gates = [by_lot(sizes, asked.seed + draw) for draw in range(asked.draws)]
        noted = [[found for found in gate.findings if found.review] for gate in gates]
        told = [[found for found in gate.findings if not found.review] for gate in gates]
        shares = [np.mean([bool(found) for found in some]) for some in (noted, told)]
        blocked = np.mean([gate.decision == "blocked" for gate in gates])
        print(f"{sizes.in_service:5d}: noted {shares[0]:.3f}, beyond a limit {shares[1]:.3f}, blocked {blocked:.3f}", flush=True)
        for said, some in (("noted", noted), ("beyond", told)):
            about = Counter((one.statistic, one.measure, one.dimension) for found in some for one in found)
            for what, count in about.most_common(6):
                print(f"       {said}", *what, count)


if __name__ == "__main__":
    main()
