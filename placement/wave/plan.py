"""A plan: the moves of a wave in their order, with the certificate of how good it can at most be."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from placement.wave.chains import chained
from placement.wave.columns import begun
from placement.wave.limits import Wave
from placement.wave.program import Array, Codes, Program, program_of
from placement.wave.search import SearchParams, best_plan
from placement.wave.solver import HALF, Answer, Status


@dataclass(frozen=True)
class Plan:
    """What was found.

    ``moves``: employee_id, from_position (missing: none), to_position, value, and their ``chain`` and ``step`` (see
    `chains.chained`). ``value``: their sum; ``bound``: no plan within the limits is worth more; ``gap``: relative difference.
    ``status``: *optimal* (proven to the gap asked for), *time limit*, or *infeasible* (no plan keeps to the limits: no moves).
    """

    moves: pd.DataFrame
    value: float
    bound: float
    gap: float
    status: Status


class Planning:
    """A wave held by the solver: planned once, and again with other locks from where the last plan stands."""

    def __init__(self, wave: Wave, params: SearchParams) -> None:
        self.wave, self.params = wave, params
        self.program: Program = program_of(wave)
        self.solver = begun(self.program)

    @cached_property
    def _places(self) -> pd.Series:
        pairs = self.wave.moves[["employee_id", "position_id"]].astype(object)
        return pd.Series(np.arange(len(pairs)), index=pd.MultiIndex.from_frame(pairs))

    def plan(self, locked: pd.DataFrame | None = None, forbidden: pd.DataFrame | None = None) -> Plan:
        """Return the best plan in which the pairs ``locked`` (employee_id, position_id) are moves and ``forbidden`` are none."""
        return plan_of(self.wave, self.answer(locked, forbidden))

    def answer(self, locked: pd.DataFrame | None = None, forbidden: pd.DataFrame | None = None) -> Answer:
        """Return the answer behind `plan`."""
        return best_plan(self.solver, *self.bounds(locked, forbidden), self.params)

    def bounds(self, locked: pd.DataFrame | None = None, forbidden: pd.DataFrame | None = None) -> tuple[Array, Array]:
        """Return the column bounds that locks and forbids ask for."""
        lower, upper = np.zeros(len(self.program.value)), np.ones(len(self.program.value))
        lower[self.columns(locked)] = 1.0
        upper[self.columns(forbidden)] = 0.0
        return lower, upper

    def columns(self, pairs: pd.DataFrame | None) -> Codes:
        """Return the columns of ``pairs``; a pair that is no possible move is a `KeyError`."""
        if pairs is None or not len(pairs):
            return np.zeros(0, dtype=np.int64)
        wanted = pd.MultiIndex.from_frame(pairs[["employee_id", "position_id"]].astype(object))
        return np.asarray(self._places.loc[wanted].to_numpy(dtype=np.int64))


def make_plan(wave: Wave, params: SearchParams) -> Plan:
    """Return the best plan of ``wave`` (see `search.best_plan`).

    Raises
    ------
    UsageError
        The wave is not whole; names every fault.
    """
    return Planning(wave, params).plan()


def plan_of(wave: Wave, answer: Answer) -> Plan:
    """Return the plan that ``answer`` stands for."""
    taken = np.flatnonzero(answer.x > HALF) if len(answer.x) else np.zeros(0, dtype=np.int64)
    moves = wave.moves.iloc[taken]
    held = wave.people["position_id"].reindex(moves["employee_id"]).to_numpy()
    listed = pd.DataFrame({
        "employee_id": moves["employee_id"].to_numpy(), "from_position": held, "to_position": moves["position_id"].to_numpy(),
        "value": (moves["value"] - wave.limits.caution * moves["spread"]).to_numpy(dtype=np.float64),
    })  # fmt: skip
    return Plan(chained(listed, wave.posts["vacant"]), answer.value, answer.bound, answer.gap, answer.status)
