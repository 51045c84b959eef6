"""A solver of one's own for the wave: the most valuable move that still fits, one after the other."""

import numpy as np

from placement.wave.program import Array, Program

ROOM = 1e-9


def greedy(program: Program) -> Array:
    """Return one 0 or 1 per possible move."""
    columns, made = program.matrix.tocsc(), np.zeros(len(program.value))
    used = np.zeros(len(program.lower))
    for move in np.argsort(-program.value, kind="stable"):
        rows = slice(columns.indptr[move], columns.indptr[move + 1])
        limits, after = columns.indices[rows], used[columns.indices[rows]] + columns.data[rows]
        fits = (after <= program.upper[limits] + ROOM) & (after >= program.lower[limits] - ROOM)
        if program.value[move] > 0 and fits.all():
            made[move], used[limits] = 1.0, after
    return made
