"""The need map: agencies by job families, how many people each is short or over."""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

MOST_FAMILIES = 12
"""Families with the largest shortage get a column of their own; the others stand in one column together."""
OTHERS = ""


@dataclass(frozen=True, slots=True)
class Cell:
    """Need and staff of one family in one agency; ``shade`` 0-4 by how short it is (share of the need)."""

    need: float
    filled: float

    @property
    def short(self) -> int:
        """Whole people short (positive) or over (negative): the need rounded up, as a workload analysis is read."""
        return math.ceil(round(self.need, 6)) - round(self.filled)

    @property
    def shade(self) -> int:
        """How short the cell is, 0 (not) to 4 (more than three quarters of the need)."""
        return 0 if self.short <= 0 or self.need <= 0 else min(4, 1 + int(4 * self.short / math.ceil(self.need)))


@dataclass(frozen=True, slots=True)
class NeedMap:
    """Rows of agencies (unit id, name, total, cells in the order of ``families``), most short first."""

    families: tuple[str, ...]
    rows: tuple[tuple[str, str, Cell, tuple[Cell | None, ...]], ...]


def agencies(units: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """Return the agency of every unit: its ancestor directly below the root of the tree, itself where there is none."""
    parents = {unit["unit_id"]: unit["parent_id"] for unit in units}

    def climb(unit_id: str) -> str:
        seen = {unit_id}
        while (above := parents.get(unit_id)) is not None and parents.get(above) is not None and above not in seen:
            seen.add(above)
            unit_id = above
        return unit_id

    return {unit_id: climb(unit_id) for unit_id in parents}


def need_map(needs: Iterable[Mapping[str, Any]], units: Sequence[Mapping[str, Any]]) -> NeedMap:
    """Return the need map of ``needs`` (unit x family) over the agencies of ``units``."""
    agency, names = agencies(units), {unit["unit_id"]: unit["name"] for unit in units}
    cells: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(lambda: [0.0, 0.0]))
    for row in needs:
        cell = cells[agency.get(row["unit_id"], row["unit_id"])][row["job_family"]]
        cell[0] += row["need"]
        cell[1] += row["filled"]
    families = _families(cells)
    rows = [(unit, names.get(unit) or unit, *_row(found, families)) for unit, found in cells.items()]
    return NeedMap(families, tuple(sorted(rows, key=lambda row: (-row[2].short, row[1]))))


def _families(cells: Mapping[str, Mapping[str, Sequence[float]]]) -> tuple[str, ...]:
    short: dict[str, float] = defaultdict(float)
    for found in cells.values():
        for family, (need, filled) in found.items():
            short[family] += max(0, Cell(need, filled).short) + 1e-6 * need
    ordered = sorted(short, key=lambda family: (-short[family], family))
    return tuple(ordered) if len(ordered) <= MOST_FAMILIES else (*ordered[: MOST_FAMILIES - 1], OTHERS)


def _row(found: Mapping[str, Sequence[float]], families: tuple[str, ...]) -> tuple[Cell, tuple[Cell | None, ...]]:
    total = Cell(sum(need for need, _ in found.values()), sum(filled for _, filled in found.values()))
    rest = [pair for family, pair in found.items() if family not in families]
    named = {family: Cell(*pair) for family, pair in found.items() if family in families}
    if rest and OTHERS in families:
        named[OTHERS] = Cell(sum(need for need, _ in rest), sum(filled for _, filled in rest))
    return total, tuple(named.get(family) for family in families)
