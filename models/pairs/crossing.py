"""People x positions without a matrix of pairs: what a forecast reads is worked out per person, per position and per target.

Everything in the level model's difference but fit depends on the person and a few codes of the position (unit, family, level); a
pair column depends on the position through its target (`features.families.pair_parts`). So each is worked out once per code, for
everybody where enough are asked about, and a pair costs little more than adding up. `situation.terms` gives the same terms one by
one, for explanations; its sums differ in the last digits, because they run in another order.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
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
    """The level model's difference of each pair, post minus staying (SD), its variance, and what else grades read.

    ``novelty`` is the share of number columns outside the range of the moves seen, ``left`` and ``entered`` are the families.
    Arrays over pairs, or of (positions, people) where people are asked about positions of one family: then ``left`` and ``entered``
    are (people,).
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
        self.groups = _with_one_target(frames.parts)
        self.of_all = [_OfAll(parts, people, self._fit_and_novel_of) for parts in self.groups]
        self.parts = [
            ByTarget(parts[0].target, people, 2, partial(self._fit_and_novel, parts), of_all)
            for parts, of_all in zip(self.groups, self.of_all, strict=True)
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

    def among(self, place: Codes) -> "Company":
        """Return the people at ``place``, rising, ready to be asked about one position after the other."""
        return Company(self, place)

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


class _OfAll:
    """All people against one position: what ``of`` says of each of ``parts``, once per kind of person, added up."""

    def __init__(self, parts: Sequence[PairPart], people: int, of: Callable[[PairPart, Codes, Codes], Floats]) -> None:
        self.parts, self.people, self.of = parts, people, of

    def __call__(self, spot: int) -> Floats:
        """Return the sums (2, people) against the position at ``spot``."""
        return self.added([among(spot) for among in self.among], spot)

    def added(self, kinds: Sequence[Kinds], spot: int) -> Floats:
        """Return the sums (2, n) of n people, of whom ``kinds`` tell the kind part by part."""
        return np.asarray(sum(self._of_part(part, one, spot) for part, one in zip(self.parts, kinds, strict=True)))

    @cached_property
    def among(self) -> list[Callable[[int], Kinds]]:
        """What sorts everybody into kinds, part by part."""
        return [part.among(slice(0, self.people)) for part in self.parts]

    def _of_part(self, part: PairPart, kinds: Kinds, spot: int) -> Floats:
        return self.of(part, kinds.first, np.full(len(kinds.first), spot))[:, kinds.of]


class Company:
    """Some people of a crossing against positions of one job family at a time: the numbers of `Crossing.at`, to the last bit.

    What the family decides is worked out once, what a target decides once per target; of a unit only those who know it are asked.
    """

    def __init__(self, crossing: Crossing, place: Codes) -> None:
        situation = crossing.situation
        fitting, counted = situation.core.settings.fit.names, crossing.ranges.columns
        self.crossing, self.place = crossing, place
        self.employee, self.unit = situation.stay.employee[place], situation.stay.unit[place]
        self.position, self.left = situation.stay.position[place], situation.stay.family[place]
        self.staying, self.doubt, self.novel = crossing.staying[place], situation.doubt[place], crossing.novel[0][place]
        self.parts = [
            (_Rows(part.target, of_all, place), _any_of(parts, fitting), _any_of(parts, counted))
            for part, parts, of_all in zip(crossing.parts, crossing.groups, crossing.of_all, strict=True)
            if _any_of(parts, fitting) or _any_of(parts, counted)
        ]
        self.family, self.shared, self.found = -2, np.zeros(0), np.zeros(0, dtype=np.int64)

    def at(self, spots: Codes) -> Crossed:
        """Return what is known of everybody here and the positions at ``spots`` (k,), all of one family: (k, people)."""
        crossing, family, unit = self.crossing, self.crossing.family[spots], self.crossing.unit[spots]
        self._enter(int(family[0]), int(spots[0]))
        shape = (len(spots), len(self.place))
        fit, novel = np.zeros(shape), np.repeat(self.novel[None], len(spots), axis=0) + crossing.novel[1][spots][:, None]
        for part, fitting, counted in self.parts:
            for row, spot in enumerate(spots):
                added = part(int(spot))
                if fitting:
                    fit[row] += added[0]
                if counted:
                    novel[row] += added[1]
        match, spread = self._known(unit)
        gain = self.shared + fit + match + crossing.effect[spots][:, None] - self.staying
        situation = crossing.situation
        return Crossed(
            gain, spread + crossing.doubt[spots][:, None] + self.doubt + situation.core.settings.shared_doubt,
            unit[:, None] != self.unit, self.position == crossing.position[spots][:, None],
            self.left, np.full(len(self.place), self.family), novel / max(len(crossing.ranges.columns), 1),
        )  # fmt: skip

    def _enter(self, family: int, spot: int) -> None:
        """Work out what depends on the family of the position at ``spot``."""
        if family != self.family:
            n = len(self.place)
            self.family = family
            self.shared = self.crossing._shared(self.place, np.full(n, spot))[0]
            known = self.crossing.situation.acquaintance
            self.found = known.find(self.employee, np.full(n, NEVER), np.full(n, family))
            self.match, self.spread = known.match[self.found].sum(axis=1), known.spread[self.found]

    def _known(self, units: Codes) -> tuple[Floats, Floats]:
        """Return what people's histories say of ``units`` (k,) and the family, and its variance, (k, people) each."""
        known = self.crossing.situation.acquaintance
        match, spread = (np.repeat(one[None], len(units), axis=0) for one in (self.match, self.spread))
        for row, unit in enumerate(units):
            people = known.knowing(int(unit))
            at = np.searchsorted(self.employee, people)
            here = self.employee[np.minimum(at, len(self.employee) - 1)] == people
            at, people = at[here], people[here]
            found = known.find(people, np.full(len(people), unit), np.full(len(people), self.family))
            match[row, at], spread[row, at] = known.match[found].sum(axis=1), known.spread[found]
        return match, spread


class _Rows:
    """The rows of the people at ``place`` by target, the last ones kept."""

    def __init__(self, target: Codes, of_all: _OfAll, place: Codes) -> None:
        self.target, self.of_all, self.place = target, of_all, place
        self.most, self.rows = max(_KEPT // max(16 * len(place), 1), 1), dict[int, Floats]()
        self.kinds: list[tuple[Kinds, Kinds] | None] = [None] * len(of_all.parts)

    def __call__(self, spot: int) -> Floats:
        """Return the row (2, people) of the position at ``spot``."""
        target = int(self.target[spot])
        if target not in self.rows:
            if len(self.rows) >= self.most:
                self.rows.clear()
            self.rows[target] = self.of_all.added([self._kinds(part, spot) for part in range(len(self.kinds))], spot)
        return self.rows[target]

    def _kinds(self, part: int, spot: int) -> Kinds:
        """Return the kinds of the people here; most parts sort everybody the same way whatever the position."""
        everybody, known = self.of_all.among[part](spot), self.kinds[part]
        if known is None or known[0] is not everybody:
            known = self.kinds[part] = everybody, everybody.only(self.place)
        return known[1]


def _any_of(parts: Sequence[PairPart], names: Collection[str]) -> bool:
    """Return whether any column of ``parts`` is among ``names``: what all others add is zero."""
    return any(name in names for part in parts for name in part.names)


def _with_one_target(parts: Sequence[PairPart]) -> list[list[PairPart]]:
    """Return the parts by equal targets."""
    groups: dict[bytes, list[PairPart]] = {}
    for part in parts:
        groups.setdefault(np.unique(part.target, return_inverse=True)[1].tobytes(), []).append(part)
    return list(groups.values())
