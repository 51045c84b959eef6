"""The board as one table: a row per method, means over cities with their intervals; as a frame, and as Markdown for eyes."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import stdtrit

from pipelines.texts import Texts
from simulation.worlds import EMPTY

LEVEL = 0.8
"""Coverage of the intervals over cities (Student's t)."""
IN_VAIN = "empty: "
"""Prefix of figures from the world in which nothing is to be found."""
MAIN: tuple[str, ...] = (
    "gain of best 3 posts", "within employee", "gain of top 10", "within position", "plan", "over staying", "RMSE", "slope",
    "promised", "delivered", "coverage", "contamination",
)  # fmt: skip
VAIN: tuple[str, ...] = ("spread", "promised", "over staying")
RATIO, COST = "promised over delivered", "fit seconds"
ORDER = "plan"
"""The figure that rows are ordered by; the truth comes first, methods without it last."""

Cells = Sequence[str]


@dataclass(frozen=True, slots=True)
class Column:
    """One figure of the table: its name and the world it is from."""

    name: str
    figure: str
    empty: bool


def columns(results: pd.DataFrame) -> list[Column]:
    """Return the columns that the worlds in ``results`` allow."""
    worlds = set(results["world"])
    found = [Column(name, name, empty=False) for name in MAIN] if worlds - {EMPTY} else []
    return found + ([Column(IN_VAIN + name, name, empty=True) for name in VAIN] if EMPTY in worlds else [])


def summary(results: pd.DataFrame) -> pd.DataFrame:
    """Return one row per method: method, origin, cities, failed, and every figure with NAME_lower and NAME_upper.

    Figures are means over the cities in which the method did not fail; ``promised over delivered`` is the ratio of the means.
    """
    rows = []
    for name, own in results.groupby("method", sort=False):
        sound = own[own["failed"] == ""]
        row: dict[str, object] = {"method": name, "origin": own["origin"].iloc[0]}
        row |= {"cities": len(own), "failed": len(own) - len(sound)}
        for column in columns(results):
            values = sound.loc[(sound["world"] == EMPTY) == column.empty, column.figure]
            row |= _named(column.name, mean_interval(values.to_numpy(dtype=np.float64)))
        row |= _named(COST, mean_interval(sound[COST].to_numpy(dtype=np.float64)))
        rows.append(row | _ratio(row))
    return _ordered(pd.DataFrame(rows))


def mean_interval(values: NDArray[np.float64]) -> tuple[float, float, float]:
    """Return the mean of the finite ``values`` and its interval; NaN where too few."""
    finite = values[np.isfinite(values)]
    if not len(finite):
        return (float("nan"),) * 3
    mean = float(finite.mean())
    if len(finite) < 2:
        return mean, float("nan"), float("nan")
    half = float(stdtrit(len(finite) - 1, 0.5 + LEVEL / 2) * finite.std(ddof=1) / np.sqrt(len(finite)))
    return mean, mean - half, mean + half


def as_text(results: pd.DataFrame, texts: Texts, width: int | None = None) -> str:
    """Return the table as Markdown that also reads well in a terminal, what failed and why, and how to read it.

    With ``width`` the columns are broken into several tables, one below the other, none wider than that many characters.
    """
    table = summary(results)
    shown = [column.name for column in columns(results) if column.name != "delivered"]
    names = [texts("board_method"), *table["method"]]
    figures = [[texts(f"board_{name}"), *(_cell(row, name) for _, row in table.iterrows())] for name in shown]
    figures.append([texts(f"board_{COST}"), *(_number(value, 1) for value in table[COST])])
    blocks = ["\n".join(_aligned(names, block)) for block in _broken(names, figures, width)]
    return "\n\n".join([*blocks, *_failures(results, texts), texts("board_notes", level=f"{LEVEL:.0%}")]) + "\n"


def _named(name: str, figure: tuple[float, float, float]) -> dict[str, float]:
    return dict(zip((name, f"{name}_lower", f"{name}_upper"), figure, strict=True))


def _ratio(row: dict[str, object]) -> dict[str, object]:
    promised, delivered = row.get("promised"), row.get("delivered")
    if not isinstance(promised, float) or not isinstance(delivered, float):
        return {}
    return {RATIO: promised / delivered if delivered > 0 else float("nan")}


def _ordered(table: pd.DataFrame) -> pd.DataFrame:
    by = ORDER if ORDER in table else f"{IN_VAIN}over staying"
    rank = table[by].where(table["origin"] != "truth", np.inf)
    return table.loc[rank.sort_values(ascending=False, kind="stable", na_position="last").index].reset_index(drop=True)


def _cell(row: pd.Series, name: str) -> str:
    if name == "promised":
        return f"{_number(row[name])} / {_number(row['delivered'])}" if np.isfinite(row[name]) else ""
    half = row[f"{name}_upper"] - row[name]
    return _number(row[name]) + (f" ±{half:.2f}" if np.isfinite(half) else "")


def _number(value: float, digits: int = 2) -> str:
    written = f"{value:.{digits}f}"
    return "" if not np.isfinite(value) else written.removeprefix("-") if not float(written) else written


def _broken(names: Cells, figures: Sequence[Cells], width: int | None) -> Iterator[list[Cells]]:
    """Yield the columns of each table; one at least, however narrow the terminal."""
    block: list[Cells] = []
    for column in figures:
        taken = sum(_width(one) + 3 for one in (names, *block, column)) + 1
        if block and width is not None and taken > width:
            yield block
            block = []
        block.append(column)
    yield block


def _aligned(names: Cells, figures: Sequence[Cells]) -> Iterator[str]:
    """Yield the lines of one Markdown table, names to the left and figures to the right."""
    head, *body = zip(_padded(names, str.ljust), *(_padded(column, str.rjust) for column in figures), strict=True)
    rules = (":" + "-" * (_width(names) - 1), *("-" * (_width(column) - 1) + ":" for column in figures))
    for row in (head, rules, *body):
        yield "| " + " | ".join(row) + " |"


def _width(cells: Cells) -> int:
    return max(map(len, cells))


def _padded(cells: Cells, justify: Callable[[str, int], str]) -> list[str]:
    return [justify(cell, _width(cells)) for cell in cells]


def _failures(results: pd.DataFrame, texts: Texts) -> Iterator[str]:
    for name, own in results.groupby("method", sort=False):
        failed = own.loc[own["failed"] != "", "failed"]
        if len(failed):
            yield texts("board_failed", method=name, failed=len(failed), cities=len(own), reason=failed.iloc[0])
