"""What the comparison is made on, fixed before any result: sets, sizes, instances, seeds, folds. Standard library only.

Both environments import it: ours, and that of the peers (docs/benchmarks-uplift.md says why there are two).
"""

from dataclasses import dataclass

TRAIN_SHARE = 0.7
"""Share of the rows (of the people, in the panels) that methods learn from; all figures are of the others."""
FOLDS = 5
"""Folds of every cross-fitting, the same for every method that lets them be given."""
NIE_WAGER_ROWS, NIE_WAGER_COLUMNS, NIE_WAGER_NOISE = 2_000, 10, 1.0


@dataclass(frozen=True)
class Set:
    """One public set: ``reported`` instances make the table, ``development`` ones were looked at while the stack was built.

    An instance is the number of the file (ACIC 2016) or the seed of the draw. ``varies``: whether the true effect differs.
    """

    name: str
    source: str
    reported: tuple[int, ...]
    development: tuple[int, ...]
    varies: bool = True


SETS = (
    Set("acic_2016", "public", (4, 5, 6, 7, 8), (1, 2, 3)),
    Set("ihdp_b", "public", tuple(range(101, 111)), (1, 2, 3, 4)),
    Set("nie_wager_a", "public", (101, 102, 103, 104, 105), (1, 2, 3)),
    Set("nie_wager_b", "public", (101, 102, 103, 104, 105), (1, 2, 3)),
    Set("nie_wager_c", "public", (101, 102, 103, 104, 105), (1, 2, 3), varies=False),
    Set("nie_wager_d", "public", (101, 102, 103, 104, 105), (1, 2, 3)),
    Set("players", "panel", (101, 102, 103, 104, 105), (1, 2, 3)),
    Set("managers", "panel", (101, 102, 103, 104, 105), (1, 2, 3)),
)
HELD_BACK_SURFACES = (5001, 5002, 5003, 5004)
"""Seeds of the invented surfaces (`surfaces.py`) that nothing was ever tuned on."""

UNLIKE_SEEDS = (31, 32)
"""Seeds of the unlike cases (`unlike.py`) that are reported; 1 to 6 were looked at when what failed was mended."""


def instances(part: str, source: str) -> list[tuple[str, int]]:
    """Return (set, instance) of ``part`` (reported or development) that come from ``source`` (public or panel)."""
    return [(one.name, seed) for one in SETS if one.source == source for seed in getattr(one, part)]
