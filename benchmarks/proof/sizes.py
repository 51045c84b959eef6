"""How large a mark is made (in full by hand, reduced in the tests), and in which invented worlds."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from features.tables import Tables
from pipelines import known_truth
from simulation import worlds
from simulation.city import City
from simulation.knobs import Knobs

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Size:
    """People and rated years of the invented cities of each mark, how many seeds and vacant posts, seeds of each world.

    In the first ``scored`` seeds of a world pairs are held against the truth; of the others only the decision is looked at.

    ``kept``: folder for worlds already measured, None to keep none; ``processes``: worlds measured at a time.
    ``plan_city``: people and years of the cities plans are made for; ``plans``: how many default ones and without match effects.
    Of the harmoniser: ``pooled`` cities, ``verdicts`` seeds of label health, ``timed`` city.
    ``programmes``: invented transfer programmes of an effect; ``planted``: of each cause.
    """

    name: str
    flow: tuple[int, int]
    truth: tuple[int, int]
    ratings: tuple[int, int]
    calibration: tuple[int, int]
    seeds: int
    posts: int
    backtest: tuple[int, int]
    worlds: dict[str, int]
    scored: dict[str, int]
    pooled: int
    verdicts: int
    timed: tuple[int, int]
    wave: tuple[int, int, int]
    plan_city: tuple[int, int]
    plans: tuple[int, int]
    programmes: int
    planted: int
    kept: Path | None = None
    processes: int = 1


DEFAULT, NO_MATCH = "default", "no match (match_sd 0)"
NO_POST, EMPTY = "no match, unit or position effect", "no effect of any post"
WORLDS: dict[str, Mapping[str, float]] = {
    DEFAULT: worlds.WORLDS[worlds.DEFAULT],
    NO_MATCH: worlds.WORLDS[worlds.NO_MATCH],
    NO_POST: worlds.WORLDS[worlds.NO_POST],
    EMPTY: worlds.WORLDS[worlds.EMPTY],
}

SIZES = {
    "full": Size(
        "full",
        (8000, 10),
        (3000, 10),
        (8000, 10),
        (8000, 10),
        3,
        80,
        (1995, 2004),
        {DEFAULT: 20, NO_POST: 20},
        scored={DEFAULT: 10, NO_POST: 2},
        pooled=40,
        verdicts=40,
        timed=(21_600, 10),
        wave=(20_000, 2_000, 120_000),
        plan_city=(1600, 8),
        plans=(10, 3),
        programmes=200,
        planted=60,
    ),
    "small": Size(
        "small",
        (600, 6),
        (800, 8),
        (800, 10),
        (4000, 10),
        1,
        120,
        (2003, 2004),
        {DEFAULT: 1, NO_POST: 1},
        scored={DEFAULT: 1, NO_POST: 1},
        pooled=2,
        verdicts=3,
        timed=(2000, 10),
        wave=(800, 80, 4_800),
        plan_city=(600, 8),
        plans=(1, 1),
        programmes=6,
        planted=2,
    ),
}


def invented(scale: tuple[int, int], seed: int, dials: Mapping[str, Any] | None = None) -> tuple[City, Tables]:
    """Return an invented city of (people, years), and its tables, typed; ``dials`` over the default knobs."""
    people, years = scale
    return known_truth.invented(Knobs(employees=people, years=years, **(dials or {})), seed)
