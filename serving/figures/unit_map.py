"""Units on a map before and after a plan: a ring for the need, a disc for the staff, placed by their coordinates."""

import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

WIDTH, HEIGHT, MARGIN = 560.0, 400.0, 34.0
LARGEST = 26.0
"""Radius of the ring of the unit that needs most, in pixels."""


@dataclass(frozen=True, slots=True)
class UnitFill:
    """One unit a plan touches: its need, its staff before and after, and how many come and go."""

    unit_id: str
    name: str
    need: float
    before: float
    arrivals: int
    departures: int

    @property
    def after(self) -> float:
        """Staff after the plan."""
        return self.before + self.arrivals - self.departures

    def share(self, staff: float) -> float | None:
        """Return ``staff`` as a share of the need; None where no need is on record."""
        return staff / self.need if self.need > 0 else None


@dataclass(frozen=True, slots=True)
class Spot:
    """A unit on the drawing: its number in the list (0: not touched by the plan), place, ring, and discs before and after."""

    number: int
    x: float
    y: float
    ring: float
    before: float
    after: float


@dataclass(frozen=True, slots=True)
class Bar:
    """One unit's fill before and after on a line from empty (0) to twice the need, in pixels."""

    before: float
    after: float


def unit_fills(
    moves: Iterable[Mapping[str, Any]], posts: Mapping[str, Mapping[str, Any]], needs: Iterable[Mapping[str, Any]],
    names: Mapping[str, str],
) -> list[UnitFill]:  # fmt: skip
    """Return every unit a plan touches, most short before it first.

    Parameters
    ----------
    moves
        Rows of the plan: from_position, to_position.
    posts
        Positions by id, with unit_id.
    needs
        Rows of unit x family: need, filled.
    names
        Name by unit.
    """
    need, filled = Counter[str](), Counter[str]()
    for row in needs:
        need[row["unit_id"]] += row["need"]
        filled[row["unit_id"]] += row["filled"]
    steps = [(_unit(posts, move["from_position"]), _unit(posts, move["to_position"])) for move in moves]
    between = [(left, entered) for left, entered in steps if left != entered]
    out, into = Counter(left for left, _ in between if left), Counter(entered for _, entered in between if entered)
    touched = sorted({unit for step in steps for unit in step if unit})
    fills = [UnitFill(unit, names.get(unit) or unit, need[unit], filled[unit], into[unit], out[unit]) for unit in touched]
    return sorted(fills, key=lambda fill: (fill.before - fill.need, fill.unit_id))


def spots(units: Sequence[Mapping[str, Any]], fills: Sequence[UnitFill]) -> list[Spot]:
    """Return where units stand on the drawing, those without coordinates left out; untouched ones have number 0 and no size."""
    placed = [unit for unit in units if unit["latitude"] is not None and unit["longitude"] is not None]
    if not placed:
        return []
    across, along = _scale([unit["longitude"] for unit in placed], WIDTH), _scale([unit["latitude"] for unit in placed], HEIGHT)
    numbers = {fill.unit_id: (number, fill) for number, fill in enumerate(fills, start=1)}
    unit_size = LARGEST / math.sqrt(max((max(fill.need, fill.before, fill.after) for fill in fills), default=1.0) or 1.0)

    def radius(people: float) -> float:
        return round(max(2.0, unit_size * math.sqrt(max(people, 0.0))), 1) if people > 0 else 0.0

    drawn = []
    for unit in placed:
        number, fill = numbers.get(unit["unit_id"], (0, None))
        x, y = round(across(unit["longitude"]), 1), round(HEIGHT - along(unit["latitude"]), 1)
        sizes = (radius(fill.need), radius(fill.before), radius(fill.after)) if fill else (0.0, 0.0, 0.0)
        drawn.append(Spot(number, x, y, *sizes))
    return sorted(drawn, key=lambda spot: -max(spot.ring, spot.before))


def fill_bars(fills: Iterable[UnitFill], width: float) -> list[Bar | None]:
    """Return the bar of each unit, None where it has no need on record."""

    def place(share: float | None) -> float:
        return round(min(max(share or 0.0, 0.0), 2.0) / 2.0 * width, 1)

    return [Bar(place(fill.share(fill.before)), place(fill.share(fill.after))) if fill.need > 0 else None for fill in fills]


def _unit(posts: Mapping[str, Mapping[str, Any]], position_id: str | None) -> str | None:
    post = posts.get(position_id or "")
    return None if post is None else str(post["unit_id"])


def _scale(values: Sequence[float], length: float) -> Callable[[float], float]:
    low, high = min(values), max(values)
    span = high - low or 1.0
    return lambda value: MARGIN + (value - low) / span * (length - 2 * MARGIN)
