"""What only several moves together can break: one post a person, room in a post, staff left in a unit, relatives brought together.

Every predicate has the same shape: ``predicate(facts, people, posts, *, parameters) -> Broken``, the moves given as codes.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rules.encoding import Array, Codes, Encoded
from rules.months import TOLERANCE


@dataclass(frozen=True)
class Broken:
    """Where a plan breaks a rule: per breach the moves concerned (places in the plan), and the figures it rests on."""

    moves: tuple[tuple[int, ...], ...]
    values: dict[str, list[float]]


def one_post_each(facts: Encoded, people: Codes, posts: Codes) -> Broken:
    """Find people with more than one move in the plan."""
    return _gathered(people, np.bincount(people, minlength=1) > 1, {"moves": np.bincount(people, minlength=1).astype(float)})


def posts_have_room(facts: Encoded, people: Codes, posts: Codes) -> Broken:
    """Find posts that take in more people than are vacant on the day, those counted who leave them by the plan itself."""
    size = len(facts.position_ids)
    held = np.asarray(facts.people["position"])[people]
    arriving = np.bincount(posts, minlength=size).astype(float)
    leaving = np.bincount(held[held >= 0], minlength=size).astype(float)
    room = np.nan_to_num(facts.posts["vacant"]) + leaving
    return _gathered(posts, arriving > room + TOLERANCE, {"arriving": arriving, "room": room})


def units_stay_staffed(facts: Encoded, people: Codes, posts: Codes, *, least_fill: float) -> Broken:
    """Find units that the plan as a whole lowers below ``least_fill`` of their need; units without a known need are not judged."""
    unit = np.asarray(facts.people["unit_id"])
    size = int(max(unit.max(initial=0), facts.posts["unit_id"].max(initial=0))) + 1
    need, staff = (_by_unit(unit, facts.people[name], size) for name in ("unit_need", "unit_staff"))
    origin, target = unit[people], np.asarray(facts.posts["unit_id"])[posts]
    change = np.bincount(target[target >= 0], minlength=size) - np.bincount(origin[origin >= 0], minlength=size)
    after = staff + change
    short = (change < 0) & (after < least_fill * need - TOLERANCE)
    left = np.where(origin == target, -1, origin)
    return _gathered(left, short, {"fill_after": 100 * after / np.where(need > 0, need, np.nan), "need_of_unit": need})


def relatives_apart(facts: Encoded, people: Codes, posts: Codes) -> Broken:
    """Find relatives whom the plan brings into one unit, both of them by moving."""
    unit = np.asarray(facts.posts["unit_id"])[posts]
    first, second = (np.asarray(side, dtype=np.int64) for side in facts.kin)
    order = np.argsort(people, kind="stable")
    first, second = _place(people[order], order, first), _place(people[order], order, second)
    both = (first >= 0) & (second >= 0) & (first < second)
    first, second = first[both], second[both]
    together = (unit[first] == unit[second]) & (unit[first] >= 0)
    pairs = zip(first[together].tolist(), second[together].tolist(), strict=True)
    return Broken(tuple(tuple(sorted(pair)) for pair in pairs), {})


def _gathered(owner: Codes, broken: NDArray[np.bool_], figures: dict[str, Array]) -> Broken:
    """Return one breach per owner (person, post, unit) that is broken, with the moves of each."""
    owners = [int(code) for code in np.unique(owner[owner >= 0]) if broken[code]]
    moves = tuple(tuple(np.flatnonzero(owner == code).tolist()) for code in owners)
    return Broken(moves, {name: figure[owners].tolist() for name, figure in figures.items()})


def _by_unit(unit: Codes, values: Array, size: int) -> Array:
    out = np.full(size, np.nan)
    out[unit[unit >= 0]] = values[unit >= 0]
    return out


def _place(ordered: Codes, order: Codes, wanted: Codes) -> Codes:
    """Return the place in the plan of each wanted person; -1 for those who do not move."""
    if not len(ordered):
        return np.full(len(wanted), -1, dtype=np.int64)
    at = np.minimum(np.searchsorted(ordered, wanted), len(ordered) - 1)
    return np.where(ordered[at] == wanted, order[at], -1)
