"""People x positions without a matrix of pairs: what a forecast reads is worked out per person, per position and per target.

Everything in the level model's difference but fit depends on the person and a few codes of the position (unit, family, level); a
pair column depends on the position through its target (`features.families.pair_parts`). So each is worked out once per code, for
everybody where enough are asked about, and a pair costs little more than adding up. `situation.terms` gives the same terms one by
one, for explanations; its sums differ in the last digits, because they run in another order.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from threading import Lock

import lightgbm as lgb
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from features.families.pair_parts import Kinds, PairPart
from models.judgement.grades import Ranges
from models.mixed.level_panel import FIXED
from models.mixed.person_blocks import NEVER, PARTS, Codes, Floats
from models.pairs.situation import Situation, assigned_seat

_FAMILY, _UNIT, _SPELL = (PARTS.index(name) for name in ("family", "unit", "spell"))
_LEVEL = FIXED.index("level")
_KEPT = 16_000_000
"""Numbers that the rows of one kind of target may hold (128 MB)."""
_WORTH_KEEPING = 4
"""A target's row for everybody is made where at least one in so many of them is asked about."""


class ByTarget:
    """Numbers of pairs that depend on the position through ``target`` (positions,) alone.

    ``of`` works them out, (k, pairs), pair by pair; ``everybody`` for all people against one position, (k, people), the same
    numbers to the last bit. Such rows are kept while there is room.
    """

    def __init__(
        self, target: Codes, people: int, numbers: int, of: Callable[[Codes, Codes], Floats],
        everybody: Callable[[int], Floats] | None = None,
    ) -> None:  # fmt: skip
        names, self.target = np.unique(target, return_inverse=True)
        self.people, self.of, self.lock = people, of, Lock()
        self.everybody = everybody or (lambda spot: of(np.arange(people), np.full(people, spot)))
        self.rows = np.empty((min(len(names), _KEPT // max(people * numbers, 1)), numbers, people))
        self.slot, self.used = np.full(len(names), -1), 0

    def __call__(self, place: Codes, spot: Codes) -> Floats:
        """Return the numbers (k, pairs) of people at ``place`` and positions at ``spot``."""
        target = self.target[spot]
        with self.lock:  # another thread may need the room
            slot = self.slot[target]
            if (slot < 0).any():
                if not self._make_rows(target, spot):
                    return self.of(place, spot)
                slot = self.slot[target]
            return np.ascontiguousarray(self.rows[slot, :, place].T)

    def _make_rows(self, target: Codes, spot: Codes) -> bool:
        """Make the rows that are missing, where that pays and there is room; return whether all are there now."""
        asked, first = np.unique(target, return_index=True)
        new = first[self.slot[asked] < 0]
        if self.people * len(new) > _WORTH_KEEPING * len(spot) or len(asked) > len(self.rows):
            return False
        if self.used + len(new) > len(self.rows):
            self.slot[:], self.used, new = -1, 0, first
        for one in new:
            self.rows[self.used] = self.everybody(int(spot[one]))
            self.slot[target[one]] = self.used
            self.used += 1
        return True


@dataclass(frozen=True, slots=True)
class Crossed:
    """The level model's difference of each pair (pairs,), post minus staying (SD), its variance, and what else grades read.

    ``novelty`` is the share of number columns outside the range of the moves seen, ``left`` and ``entered`` are the families.
    """

    gain: Floats
    spread: Floats
    elsewhere: NDArray[np.bool_]
    same_post: NDArray[np.bool_]
    left: Codes
    entered: Codes
    novelty: Floats


class Crossing:
    """People of a situation against the positions of its frames. It remembers; every answer is a function of the situation.

    ``trees``, where a learned effect reads trees, knows their scores (`models.pairs.pair_trees`).
    """

    def __init__(self, situation: Situation, ranges: Ranges) -> None:
        core, frames, people = situation.core, situation.frames, len(situation.frames.employees)
        self.situation, self.ranges = situation, ranges
        self.trees: Callable[[Codes, Codes, lgb.Booster, int, float | None], Floats | None] | None = None
        self.position = core.posts.code(pd.Series(frames.positions.index))
        self.family, self.unit = core.posts.family_of[self.position], core.posts.unit_of[self.position]
        self.effect, self.doubt = core.position_effect(self.position)
        self.effect = self.effect + core.posts.level_of[self.position] * core.model.solution.fixed[_LEVEL]
        own = situation.own[:, [_FAMILY, _UNIT, _SPELL]].sum(axis=1)
        self.staying = situation.fixed.sum(axis=1) + situation.fitting.sum(axis=1) + own + situation.effect
        self.novel = tuple(self._novel(dict(side.items()), len(side)) for side in (frames.employees, frames.positions))
        self.shared = ByTarget(self.family, people, 1, self._shared)
        self.parts = [
            ByTarget(
                parts[0].target, people, 2, partial(self._fit_and_novel, parts), _Everybody(parts, people, self._fit_and_novel_of)
            )
            for parts in _with_one_target(frames.parts)
        ]

    def at(self, place: Codes, spot: Codes) -> Crossed:
        """Return what is known of people at ``place`` (of the frames' employees) and positions at ``spot``, pair by pair."""
        situation, unit, family = self.situation, self.unit[spot], self.family[spot]
        known, stay = situation.acquaintance, situation.stay
        found = known.find(stay.employee[place], unit, family)
        fit, novel = np.zeros(len(place)), self.novel[0][place] + self.novel[1][spot]
        for part in self.parts:
            added = part(place, spot)
            fit += added[0]
            novel += added[1]
        gain = self.shared(place, spot)[0] + fit + known.match[found].sum(axis=1) + self.effect[spot] - self.staying[place]
        return Crossed(
            gain, known.spread[found] + self.doubt[spot] + situation.doubt[place] + situation.core.settings.shared_doubt,
            unit != stay.unit[place],
            stay.position[place] == self.position[spot], stay.family[place], family, novel / max(len(self.ranges.columns), 1),
        )  # fmt: skip

    def shared_variance(self, place: Codes, spot: Codes) -> tuple[Floats, Floats]:
        """Return the variances (pairs,) of what the errors of all pairs of a person have in common, and of all into a position.

        The person's: the posts they would leave, the match they have there included. That is the covariance of two moves into
        spells, units and families all new to them; what a known family adds to several of their pairs is left to the pairs.
        """
        situation, components = self.situation, self.situation.core.settings.components
        unknown = np.full(len(place), NEVER)
        found = situation.acquaintance.find(situation.stay.employee[place], unknown, unknown)
        new = components.neutral()[[_FAMILY, _UNIT, _SPELL]].sum()
        left = np.maximum(situation.acquaintance.spread[found] - new, 0.0) + situation.doubt[place]
        return left, self.doubt[spot]

    def _shared(self, place: Codes, spot: Codes) -> Floats:
        """Return the fixed terms (1, pairs) of arriving but for the level's, which the position alone decides."""
        terms = self.situation.core.fixed_terms(assigned_seat(self.situation, place, self.position[spot]))
        terms[:, _LEVEL] = 0.0
        return np.asarray(terms.sum(axis=1)[None])

    def _fit_and_novel(self, parts: Sequence[PairPart], place: Codes, spot: Codes) -> Floats:
        """Return what fit adds, and how many pair columns lie outside their range (2, pairs)."""
        return np.asarray(sum(self._fit_and_novel_of(part, place, spot) for part in parts))

    def _fit_and_novel_of(self, part: PairPart, place: Codes, spot: Codes) -> Floats:
        found = part(place, spot)
        columns = {name: found[name] for name in self.situation.frames.pair_columns if name in found}
        settings, fit = self.situation.core.settings, np.zeros(len(place))
        for name, effect in zip(settings.fit.names, settings.fit_effects, strict=True):
            if name in columns:
                fit += effect * settings.fit.column(name, columns[name])
        return np.stack([fit, self._novel(columns, len(place))])

    def _novel(self, columns: Mapping[str, pd.Series | Floats], n: int) -> Floats:
        """Return how many of the number columns, each (n,), lie outside their range."""
        count = np.zeros(n)
        for at, name in enumerate(self.ranges.columns):
            if name in columns:
                count += self.ranges.outside(at, np.asarray(columns[name], dtype=np.float64))
        return count


class _Everybody:
    """All people against one position: what ``of`` says of each of ``parts``, once per kind of person, added up."""

    def __init__(self, parts: Sequence[PairPart], people: int, of: Callable[[PairPart, Codes, Codes], Floats]) -> None:
        self.parts, self.people, self.of = parts, people, of

    def __call__(self, spot: int) -> Floats:
        """Return the sums (2, people) against the position at ``spot``."""
        return np.asarray(sum(self._of_part(part, among(spot), spot) for part, among in zip(self.parts, self.among, strict=True)))

    @cached_property
    def among(self) -> list[Callable[[int], Kinds]]:
        """What sorts everybody into kinds, part by part."""
        return [part.among(slice(0, self.people)) for part in self.parts]

    def _of_part(self, part: PairPart, kinds: Kinds, spot: int) -> Floats:
        return self.of(part, kinds.first, np.full(len(kinds.first), spot))[:, kinds.of]


def _with_one_target(parts: Sequence[PairPart]) -> list[list[PairPart]]:
    """Return the parts by equal targets."""
    groups: dict[bytes, list[PairPart]] = {}
    for part in parts:
        groups.setdefault(np.unique(part.target, return_inverse=True)[1].tobytes(), []).append(part)
    return list(groups.values())
