"""The exact cross-products of single fixed columns, everything else that a city's ratings rest on taken out.

With W the inverse covariance of all ratings (block diagonal by person), Z the columns that stay the city's own (intercept, job
families, careers within them, positions, units, raters, heads), P their prior precision and X the columns told of:

    S = (Z'WZ + P)^-1 Z'W [X y]     [X~ y~] = [X y] - Z S
    X'(W^-1 + Z P^-1 Z')^-1 X = sum over people of X~'W X~  +  S'P S

so that the sum over people can be kept by job family, and the rest belongs to nobody (Henderson 1984).
"""

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from models.mixed.crossed import indicators, precision_of, solved
from models.mixed.level import Panel
from models.mixed.level_panel import FIXED
from models.mixed.person_blocks import Codes, Components, Floats
from models.pooling.cells import NOBODY, OTHERS, cells
from models.pooling.information import Information


@dataclass(frozen=True, slots=True)
class Part:
    """Cross-products over ``people``; ``response`` is that of the ratings with themselves. ``family``: a code, or ``OTHERS``."""

    family: int
    people: int
    told: Information
    response: float


def cross_products(
    panel: Panel, names: tuple[str, ...], columns: Floats, components: Components, variances: Floats
) -> tuple[list[Part], Part]:
    """Return the cross-products of ``columns`` (n, k) by cell of people, and what is told between groups.

    ``variances`` are those of the panel's crossed factors and pooled columns. People in no cell add nothing.
    """
    design = panel.design.leaving_out(variances)
    precision = precision_of(panel.rows, panel.weight, panel.employee, components)
    apart = [at for at in range(design.fixed.shape[1]) if not 0 < at < len(FIXED)]
    own = sparse.hstack([sparse.csr_array(design.fixed[:, apart]), indicators(design)], format="csr")
    prior = design.prior_precision(variances)[[*apart, *range(design.fixed.shape[1], design.fixed.shape[1] + sum(design.sizes))]]
    both = np.column_stack([columns, panel.score])
    system = sparse.csr_array(own.T @ (precision @ own) + sparse.diags_array(prior))
    groups = solved(system, np.asarray(own.T @ (precision @ both)))
    left = both - own @ groups
    weighted = np.asarray(precision @ left)
    starts = np.flatnonzero(np.r_[True, panel.employee[1:] != panel.employee[:-1]])
    cell = _cells_of(panel, columns, starts)
    size = np.diff(np.r_[starts, len(panel.employee)])
    of_row = np.repeat(cell, size)
    parts = [
        _part(int(code), int((cell == code).sum()), names, left[of_row == code].T @ weighted[of_row == code])
        for code in np.unique(cell[cell != NOBODY])
    ]
    return parts, _part(OTHERS, len(cell), names, groups.T @ (prior[:, None] * groups))


def _cells_of(panel: Panel, columns: Floats, starts: Codes) -> Codes:
    """Return the cell of each person, by the job family of their last rated year."""
    last = np.r_[starts[1:], len(panel.employee)] - 1
    carried = np.logical_or.reduceat(columns != 0, starts, axis=0)
    return cells(np.maximum(panel.rows.family[last], OTHERS), carried)


def _part(family: int, people: int, names: tuple[str, ...], products: Floats) -> Part:
    symmetric = (products + products.T) / 2
    return Part(family, people, Information(names, symmetric[:-1, :-1], symmetric[:-1, -1]), float(symmetric[-1, -1]))
