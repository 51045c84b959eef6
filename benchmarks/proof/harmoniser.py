"""Mark 4: harmonised ratings against true performance, and the verdict on ratings that hold none of it."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from benchmarks.proof.page import Proof
from benchmarks.proof.sizes import Say, Size, invented
from features.as_of import default_as_of, known_at
from features.ratings import HarmonisedRatings, RatingParams, harmonise
from simulation.city import City
from simulation.ratings import GRADED, GRADES

NO_SIGNAL = {
    "person_sd": 0.0, "growth_sd": 0.0, "shock_sd": 0.0, "match_sd": 0.0, "unit_sd": 0.0, "position_sd": 0.0, "leader_sd": 0.0,
    "training_effect": 0.0, "staleness": 0.0, "transition_dip": 0.0,
}  # fmt: skip
"""Knobs of a city in which nobody ever performs otherwise than anybody else."""
HEALTH_SCALE = (800, 10)
HEALTH_SEEDS = 2
"""Cities with and without signal, per seed of the mark."""


def prove(size: Size, seed: int, say: Say) -> Proof:
    """Return correlations by regime, what a move between grades looks like, and verdicts on ratings with and without signal."""
    seeds = range(seed, seed + size.seeds)
    correlations, changes = [], []
    for number in seeds:
        say(f"city of {size.ratings[0]}, seed {number}")
        both = beside_truth(*_harmonised(size.ratings, number, {}))
        correlations.append(by_regime(both).assign(seed=number))
        changes.append(quota_artefact(both))
    table = pd.concat(correlations, ignore_index=True)
    health = _health(range(seed, seed + HEALTH_SEEDS * size.seeds), say)
    better = bool((table["harmonised"] > table["raw"]).all())
    right = int((health["verdict"] == health["expected"]).sum())
    return Proof(
        title="The harmoniser",
        mark="harmonised scores follow true performance better than raw ones in every regime; ratings without signal are declared "
        "unfit (*tidak layak*), ratings with signal fit",
        verdict=f"{'kept' if better and right == len(health) else 'missed'}: nearer to the truth in "
        f"{int((table['harmonised'] > table['raw']).sum())} of {len(table)} regimes, {right} of {len(health)} verdicts right",
        tables={
            "Correlation with true performance of the same year": _mean(table, ["regime"]).drop(columns="seed"),
            "People whose body was graded better after a change of unit (five grades): mean change in SD": _pooled(changes),
            "Label health": health,
        },
        notes=(
            f"Cities of {size.ratings[0]} people over {size.ratings[1]} years; label health on {HEALTH_SCALE[0]} people.",
            "`raw` is the rating as given, `standard` standardised within regime and year; the artefact is a change of "
            "`standard` or `harmonised` beyond the true one.",
        ),
    )


def _harmonised(scale: tuple[int, int], seed: int, dials: Mapping[str, float]) -> tuple[City, HarmonisedRatings]:
    city, tables = invented(scale, seed, dials)
    return city, harmonise(known_at(tables, default_as_of(tables)), RatingParams())


def beside_truth(city: City, ratings: HarmonisedRatings) -> pd.DataFrame:
    """Return the harmonised scores with ``latent`` (true performance of the year, its SD 1) and ``grade`` (0-2) of the body."""
    latent = city.truth["latent"].drop_duplicates(["employee_id", "year"])[["employee_id", "year", "latent"]]
    scores = ratings.scores.assign(employee_id=ratings.scores["employee_id"].astype(str), year=ratings.scores["period_end"].dt.year)
    grades = city.truth["unit_years"].assign(grade=lambda frame: frame["grade"].map(dict(zip(GRADES, range(3), strict=True))))
    both = scores.merge(latent.astype({"employee_id": str}), on=["employee_id", "year"])
    both = both.merge(grades[["unit_id", "year", "grade"]].astype({"unit_id": str}), on=["unit_id", "year"], how="left")
    spread = both["latent"].std()
    return both.assign(latent=both["latent"] / spread if spread > 0 else 0.0)


def by_regime(both: pd.DataFrame) -> pd.DataFrame:
    """Return per regime the ratings and the correlation of raw and harmonised with true performance."""
    rows = [
        {"regime": regime, "ratings": len(rows), "raw": rows["raw"].corr(rows["latent"]),
         "standard": rows["standard"].corr(rows["latent"]), "harmonised": rows["score"].corr(rows["latent"])}
        for regime, rows in both.groupby("regime", observed=True)
    ]  # fmt: skip
    return pd.DataFrame(rows)


def quota_artefact(both: pd.DataFrame) -> pd.DataFrame:
    """Return per step up in the body's grade, for people who changed unit: mean change of standard, harmonised and true."""
    rows = both[both["regime"] == GRADED].sort_values(["employee_id", "period_end"])
    before = rows.groupby("employee_id")[["unit_id", "grade", "standard", "score", "latent"]].shift(1)
    changed = before["unit_id"].notna() & (before["unit_id"] != rows["unit_id"])
    change = pd.DataFrame({
        "steps up": rows["grade"] - before["grade"], "standard": rows["standard"] - before["standard"],
        "harmonised": rows["score"] - before["score"], "true": rows["latent"] - before["latent"],
    })  # fmt: skip
    return change[changed]


def _pooled(changes: list[pd.DataFrame]) -> pd.DataFrame:
    grouped = pd.concat(changes).groupby("steps up")
    table = grouped.mean().reset_index()
    table.insert(1, "moves", grouped.size().to_numpy())
    return table.assign(**{"steps up": table["steps up"].astype(int)})


def _health(seeds: range, say: Say) -> pd.DataFrame:
    rows = []
    for number in seeds:
        for dials, expected in (({}, "layak"), (NO_SIGNAL, "tidak layak")):
            say(f"label health, seed {number}, {expected} expected")
            health = _harmonised(HEALTH_SCALE, number, dials)[1].health
            figures = {name: health.figures[f"persistent_{name}"] for name in ("correlation", "z")}
            rows.append({"seed": number, "expected": expected, "verdict": health.verdict, **figures})
    return pd.DataFrame(rows).sort_values(["expected", "seed"], kind="stable", ignore_index=True)


def _mean(table: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    means = table.groupby(by, sort=False).mean().reset_index()
    return means.assign(ratings=means["ratings"].astype(np.int64))
