"""Parts of the people: a table about people falls apart by a hash of the employee, every other table stays whole."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from features.contract import TABLES
from features.ratings import HarmonisedRatings
from features.tables import Tables

PEOPLE_A_PART = 50_000
"""So many people are worked on at one time: a city is one part."""

ABOUT_PEOPLE: tuple[str, ...] = tuple(
    name for name, table in TABLES.items() if any(column.name == "employee_id" and column.required for column in table.columns)
)
"""Tables every row of which is about one employee."""


def parts_for(people: int, people_a_part: int = PEOPLE_A_PART) -> int:
    """Return into how many parts so many people fall."""
    return max(1, -(-people // people_a_part))


def part_numbers(employee_ids: pd.Series | pd.Index, of: int) -> NDArray[np.int64]:
    """Return the part (0 .. ``of`` - 1) of every identifier: a hash of its text, the same on every machine."""
    hashes = pd.util.hash_array(np.asarray(employee_ids, dtype=object), categorize=False)
    return np.asarray(hashes % np.uint64(of), dtype=np.int64)


def part_of(tables: Tables, number: int, of: int) -> Tables:
    """Return the tables of one of ``of`` parts of the people; the shared ``employee_id`` dtype still lists everybody."""
    if of == 1:
        return tables
    mine = np.append(part_numbers(tables.employee_ids.categories, of) == number, False)
    frames = {name: _kept(frame, mine) if name in ABOUT_PEOPLE else frame for name, frame in tables.frames.items()}
    lost = tables.set_aside
    return Tables(frames, tables.extracted_on, lost[lost["employee_id"].isin(tables.employee_ids.categories[mine[:-1]])])


def parts_of(tables: Tables, of: int) -> Iterator[Tables]:
    """Yield the parts one after another."""
    return (part_of(tables, number, of) for number in range(of))


def ratings_of(ratings: HarmonisedRatings, part: Tables) -> HarmonisedRatings:
    """Return everybody's ratings with the scores of one part's people only."""
    mine = np.zeros(len(part.employee_ids.categories) + 1, dtype=bool)
    mine[part["employees"]["employee_id"].cat.codes] = True
    return replace(ratings, scores=_kept(ratings.scores, mine))


def _kept(frame: pd.DataFrame, mine: NDArray[np.bool_]) -> pd.DataFrame:
    return frame[mine[frame["employee_id"].cat.codes]].reset_index(drop=True)
