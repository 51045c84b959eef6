"""What the trees of a learned effect say about listed pairs, by `models.scoring` instead of row by row.

It pays where a good share of everybody is asked about the same positions, as lists do; a few pairs are left to LightGBM.
"""

from collections.abc import Callable, Container, Mapping
from functools import partial
from threading import Lock

import lightgbm as lgb
import numpy as np

from features.families.pair_parts import PairPart
from models.mixed.person_blocks import Codes, Floats
from models.pairs.crossing import Crossing
from models.scoring.flat_trees import objective
from models.scoring.tree_scorer import ByKind, Grid, PairColumns, TreeScorer, tree_scorer
from models.stack.encoding import FrameEncoder

_WORTH_IT = 10
"""Everybody is scored where at least one in so many is asked about: a tree costs a pair of the grid a tenth of a row and less."""


class PairTrees:
    """Trees fitted on the columns of ``encoder``, asked about the pairs of ``crossing``; prepared once per booster.

    ``effect`` and ``outlook`` name the columns that hold the level model's difference and its outlook of staying.
    """

    def __init__(self, crossing: Crossing, encoder: FrameEncoder, effect: str, outlook: str, threads: int) -> None:
        self.grid, self.arm, self.threads = _grid(crossing, encoder, effect, outlook), len(encoder.columns_), threads
        self.scorers: dict[tuple[int, int, float | None], tuple[lgb.Booster, TreeScorer]] = {}
        self.lock = Lock()

    def scores(self, place: Codes, spot: Codes, booster: lgb.Booster, used: int, arm: float | None) -> Floats | None:
        """Return the raw scores (pairs,) of people at ``place`` and positions at ``spot``; None where LightGBM is to be asked.

        ``arm``, where it is given, is the treatment in the column behind all others.
        """
        posts, row = np.unique(spot, return_inverse=True)
        if len(posts) * self.grid.n_people > _WORTH_IT * len(place) or objective(booster) != "regression":
            return None
        with self.lock:
            key = (id(booster), used, arm)
            if key not in self.scorers:  # the booster is kept with its scorer, so that its id stays its own
                self.scorers[key] = booster, tree_scorer(booster, self._in_arm(arm), used)
            return self.scorers[key][1].scores(posts, self.threads)[row, place]

    def _in_arm(self, arm: float | None) -> Grid:
        if arm is None:
            return self.grid
        people = {**self.grid.people, self.arm: np.full(self.grid.n_people, arm)}
        return Grid(self.grid.n_people, self.grid.n_posts, people, self.grid.posts, self.grid.parts)


def _grid(crossing: Crossing, encoder: FrameEncoder, effect: str, outlook: str) -> Grid:
    frames = crossing.situation.frames
    place = {name: at for at, name in enumerate(encoder.columns_)}
    sides = [
        {place[str(name)]: encoder.column(str(name), column) for name, column in side.items() if name in place}
        for side in (frames.employees, frames.positions)
    ]
    n_people, n_posts = len(frames.employees), len(frames.positions)
    known = set(place) & set(frames.pair_columns)
    parts = [pair_columns(part, known, place) for part in frames.parts]
    gain = PairColumns((place[effect],), np.arange(n_posts), partial(_gain, crossing))
    people = {**sides[0], place[outlook]: crossing.situation.outlook}
    return Grid(n_people, n_posts, people, sides[1], (*(part for part in parts if part.columns), gain))


def pair_columns(part: PairPart, known: Container[str], place: Mapping[str, int]) -> PairColumns:
    """Return the columns of ``part`` that are ``known`` for the grid, where ``place`` says which of the trees' columns each is."""
    names = [name for name in part.names if name in known]

    def among(people: slice) -> Callable[[int], ByKind]:
        kinds = part.among(people)

        def against(post: int) -> ByKind:
            found = kinds(post)
            values = part(found.first, np.array([post]))
            return ByKind([np.asarray(values[name], dtype=np.float64) for name in names], found.of)

        return against

    return PairColumns(tuple(place[name] for name in names), part.target, among)


def _gain(crossing: Crossing, people: slice) -> Callable[[int], ByKind]:
    everybody = np.arange(people.start, people.stop)
    return lambda post: ByKind([crossing.at(everybody, np.full(len(everybody), post)).gain])
