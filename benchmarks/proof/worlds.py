"""Invented worlds measured one at a time, each kept on disk: an interrupted proof goes on where it stopped."""

import hashlib
import json
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.proof.known_pairs import AUDITED, KnownPairs, World, known_pairs, tried_world
from benchmarks.proof.sizes import DEFAULT, WORLDS, Say, Size
from evaluation.against_truth import POSTS, PROMISED, best_of, coverage, figures, rank_correlation, slope, spread_within
from pipelines.code import ROOMS, code_hash

METHODS = {"published": "uplift", "after minus before": "after_minus_before", "last score": "last_score"}
FEWEST_PAIRS = 200
"""Pairs a group must have for its coverage to be told."""


@dataclass(frozen=True, slots=True)
class Measured:
    """What one world gave, as rows of the page's tables: plain numbers and texts.

    ``world``: what was claimed; ``methods``: one row per method; ``intervals``: the city's intervals as a whole; ``groups``: one
    row per grade and audited group. All but ``world`` are empty where only the decision was looked at.
    """

    world: dict[str, object]
    methods: list[dict[str, object]]
    intervals: list[dict[str, object]]
    groups: list[dict[str, object]]


def measured(size: Size, seed: int, say: Say) -> Iterator[Measured]:
    """Yield every world of ``size``, seeds from ``seed`` on: read back where it was measured by the same code, else made."""
    asked = [(size, world, number, number - seed < size.scored.get(world, 0))
             for world, cities in size.worlds.items() for number in range(seed, seed + cities)]  # fmt: skip
    if size.processes == 1:
        yield from (_kept(*one, say) for one in asked)
        return
    with ProcessPoolExecutor(size.processes) as workers:
        yield from workers.map(_kept_silently, *zip(*asked, strict=True))


def _kept_silently(size: Size, world: str, seed: int, scored: bool) -> Measured:
    return _kept(size, world, seed, scored, lambda line: None)


def _kept(size: Size, world: str, seed: int, scored: bool, say: Say) -> Measured:
    say(f"city of {size.truth[0]}, seed {seed}, {world}")
    path = size.kept / f"{_key(size, world, seed, scored)}.json" if size.kept else None
    if path and path.exists():
        found = Measured(**json.loads(path.read_text(encoding="utf-8")))
    else:
        found = measure(size, world, seed, scored, say)
    if path and not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        text = json.dumps({name: getattr(found, name) for name in Measured.__dataclass_fields__})
        path.with_suffix(".part").write_text(text, encoding="utf-8")
        path.with_suffix(".part").rename(path)
    say(f"  {found.world}")
    return found


def _key(size: Size, world: str, seed: int, scored: bool) -> str:
    code = code_hash(*ROOMS, "simulation", "benchmarks/proof")
    parts = [size.truth, size.posts, WORLDS[world], seed, scored, code]
    return f"{seed}-{hashlib.sha256(json.dumps([world, *parts], sort_keys=True).encode()).hexdigest()[:16]}"


def measure(size: Size, world: str, seed: int, scored: bool, say: Say) -> Measured:
    """Return what is told of one world: pairs are forecast where they are ``scored``, or where ranking is claimed wrongly.

    Where people are not ranked everybody is shown one number: its spread within a person is zero without any forecast.
    """
    tried = tried_world(size.truth, seed, say, WORLDS[world])
    known = known_pairs(tried, size.posts, seed, say) if scored or (tried.supported and world != DEFAULT) else None
    claimed = _world(tried, known, world, seed)
    if known is None or world != DEFAULT:
        return Measured(claimed, [], [], [])
    return Measured(claimed, _methods(known.frame), [_intervals(tried, known, seed)], _groups(known.frame))


def _methods(frame: pd.DataFrame) -> list[dict[str, object]]:
    error = float(np.sqrt(np.mean((frame["true"].mean() - frame["true"]) ** 2)))
    return [
        *({"method": name, **figures(frame, column)} for name, column in METHODS.items()),
        {"method": "constant (the true mean)", "RMSE": error},
        {"method": "truth", "contamination": float(frame["true"].corr(frame["leniency"]))},
    ]


def _intervals(tried: World, known: KnownPairs, seed: int) -> dict[str, object]:
    frame = known.frame
    promised, delivered = (best_of(frame, "uplift", PROMISED, value) for value in ("uplift", "true"))
    evidence = tried.evidence
    return {
        "seed": seed, "pairs": len(frame), "scale": known.scale, "slope": slope(frame, "uplift"),
        "bias": float((frame["uplift"] - frame["true"]).mean()), "coverage": coverage(frame),
        "mean half width": float((frame["upper"] - frame["lower"]).mean() / 2),
        "promised": promised, "delivered": delivered, "promised / delivered": promised / delivered,
        "realised change held": evidence.realised_coverage.value if evidence else float("nan"),
    }  # fmt: skip


def _groups(frame: pd.DataFrame) -> list[dict[str, object]]:
    """Return how often intervals hold the truth by grade and by audited group, with the number of pairs."""
    held = frame.assign(held=frame["true"].between(frame["lower"], frame["upper"]))
    rows = []
    for by in ("grade", *AUDITED):
        found = held.groupby(held[by].astype("str"))["held"].agg(["size", "mean"])
        rows += [
            {"by": by, "group": str(group), "pairs": int(size), "coverage": float(mean)}
            for group, size, mean in found.itertuples()
            if size >= FEWEST_PAIRS
        ]
    return rows


def _world(tried: World, known: KnownPairs | None, world: str, seed: int) -> dict[str, object]:
    evidence, decision = tried.evidence, tried.decision
    unknown = float("nan")
    published = known.published_spread if known else unknown if tried.supported else 0.0
    return {
        "world": world, "seed": seed, "release": decision.release, "ranking supported": decision.ranking_supported,
        "why not": " ".join(reason.code for reason in decision.reasons if reason.blocks != "nothing"),
        "movers tried out on": evidence.movers if evidence else 0,
        "slope there": evidence.slope.value if evidence else unknown,
        "its lower end": evidence.slope.lower if evidence else unknown,
        "AUTOC there": evidence.autoc.value if evidence else unknown,
        "spread there": evidence.post_spread.value if evidence else unknown,
        "true spread": spread_within(known.frame, "true") if known else unknown,
        "forecast spread": spread_within(known.frame, "uplift") if known else unknown, "published spread": published,
        "rank within employee": rank_correlation(known.frame, "uplift", POSTS) if known else unknown,
    }  # fmt: skip


def forget(folder: Path) -> None:
    """Delete the worlds kept in ``folder``."""
    for ending in ("json", "parquet"):
        for path in folder.glob(f"*.{ending}"):
            path.unlink()
