"""Who is counted with whom: no number that leaves a city speaks of fewer than ten people."""

import numpy as np
from numpy.typing import NDArray

from models.mixed.person_blocks import Codes

FEWEST = 10
"""People behind every cell, and behind every column of a cell."""
OTHERS = -1
"""Code of the cell of everybody whose job family is too small, or who is one of few in it (*lainnya*)."""
NOBODY = -2
"""Code of people who are in no cell."""


def cells(family: Codes, carried: NDArray[np.bool_]) -> Codes:
    """Return the cell of every person: the family's code, ``OTHERS`` or ``NOBODY``.

    In every cell each column is carried by nobody or by at least ``FEWEST`` people, and so is the cell itself. Who is one of fewer
    in the cell of a family goes to the others; who is one of fewer there is left out.

    Parameters
    ----------
    family
        Code of each person's job family, ``OTHERS`` where unknown.
    carried
        Whether each of the columns says anything of the person, (people, columns).
    """
    cell = family.copy()
    counted = np.column_stack([np.ones(len(family), dtype=bool), carried])
    for way_out, at in ((OTHERS, cell >= 0), (NOBODY, np.ones(len(cell), dtype=bool))):
        while len(alone := _among_few(cell, counted, at & (cell != NOBODY))):
            cell[alone] = way_out
            at = at & (cell >= 0) if way_out == OTHERS else at
    return cell


def _among_few(cell: Codes, counted: NDArray[np.bool_], at: NDArray[np.bool_]) -> Codes:
    """Return the people of ``at`` who carry a column that fewer than ``FEWEST`` people of their cell carry."""
    rows = np.flatnonzero(at)
    codes, place = np.unique(cell[rows], return_inverse=True)
    people = np.zeros((len(codes), counted.shape[1]))
    np.add.at(people, place, counted[rows])
    few = (people > 0) & (people < FEWEST)
    return rows[(counted[rows] & few[place]).any(axis=1)]
