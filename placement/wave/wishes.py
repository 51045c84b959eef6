"""Aspirations by constrained serial order: nobody gains by asking for anything but what they want."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from placement.wave.plan import Planning
from placement.wave.solver import HALF, Answer

Stays = None
"""A wish to stay where one is."""

Wish = str | None
Best = Callable[[Mapping[str, Wish]], float]
"""Value of the best plan in which these people go where they wish (`Stays`: do not move); -inf where there is none."""


def grant(order: Iterable[str], wishes: Mapping[str, Sequence[Wish]], best: Best, floor: float) -> dict[str, Wish]:
    """Return the wishes granted: people in ``order`` get the first of their wishes that leaves a plan worth ``floor``.

    The order must not depend on the wishes (a lottery, seniority), nor must ``best`` (no aspiration share or bonus in it). Then
    telling the truth is a dominant strategy: what is open to a person is fixed by those before them, they get what they put
    first of it, and what was closed at their turn stays closed, since the final plan is worth the floor (serial dictatorship;
    Svensson 1999). People whose wishes are all closed, and people without wishes, are left to the plan.

    Parameters
    ----------
    order
        employee_id, first served first.
    wishes
        Per employee_id their wishes (position_id or `Stays`), best first.
    best
        See `Best`.
    floor
        Least value of the plan, at most that of the plan without wishes.
    """
    granted: dict[str, Wish] = {}
    for person in order:
        for wish in wishes.get(person, ()):
            if best({**granted, person: wish}) >= floor:
                granted[person] = wish
                break
    return granted


@dataclass(frozen=True)
class Granted:
    """Wishes granted in a drawn order.

    ``wishes``: per employee_id what was granted. ``tried``: one row per wish looked at, in turn: employee_id, position_id (missing:
    to stay), ``value`` of the best plan with it and with all granted before (-inf: there is none), ``granted``. ``free``: value of
    the plan without wishes; ``floor``: least value asked for; ``value``: of the plan with what was granted. ``turns``: employee_id
    of those whose turn came.
    """

    wishes: dict[str, Wish]
    tried: pd.DataFrame
    free: float
    floor: float
    value: float
    turns: list[str]


def granted(planning: Planning, order: Iterable[str], wishes: Mapping[str, Sequence[Wish]], share: float) -> Granted:
    """Return the wishes granted by `grant` where the plan keeps ``share`` of its value; wishes are possible moves or `Stays`."""
    tries = _Tries(planning)
    floor = share * tries.free.value
    turns: list[str] = []
    every = _kept(order, turns)
    given = grant(every, wishes if tries.free.status != "infeasible" else {}, tries.best, floor)
    rows = pd.DataFrame(tries.rows, columns=["employee_id", "position_id", "value"]).astype({"value": np.float64})
    kept = np.array([who in given and given[who] == wish for who, wish, _ in tries.rows], dtype=np.bool_)
    value = float(rows.loc[kept, "value"].iloc[-1]) if kept.any() else tries.free.value
    return Granted(given, rows.assign(granted=kept), tries.free.value, floor, value, turns)


def _kept(order: Iterable[str], turns: list[str]) -> Iterator[str]:
    """Yield ``order``, adding to ``turns`` whoever has been yielded."""
    for who in order:
        turns.append(who)
        yield who


class _Tries:
    """The value of the best plan with each wish in turn, and what was asked so far.

    Who is where they wish to be in the best plan with all granted before costs nothing: that plan stays the best.
    """

    def __init__(self, planning: Planning) -> None:
        self._planning = planning
        self.free = self._held = self._asked = planning.answer()
        self._before: list[tuple[str, Wish]] = []
        self.rows: list[tuple[str, Wish, float]] = []

    def best(self, wanted: Mapping[str, Wish]) -> float:
        *before, (who, wish) = wanted.items()
        if before != self._before:  # what was asked last has been granted
            self._held, self._before = self._asked, before
        self._asked = self._held if self._is_there(who, wish) else self._answer(wanted)
        self.rows.append((who, wish, self._asked.value))
        return self._asked.value

    def _is_there(self, who: str, wish: Wish) -> bool:
        moves = self._planning.wave.moves
        own = (moves["employee_id"] == who).to_numpy() & (self._held.x > HALF)
        return set(moves["position_id"][own]) == (set() if wish is Stays else {wish})

    def _answer(self, wanted: Mapping[str, Wish]) -> Answer:
        locked = [(who, wish) for who, wish in wanted.items() if wish is not Stays]
        staying = [who for who, wish in wanted.items() if wish is Stays]
        moves = self._planning.wave.moves
        kept = moves[moves["employee_id"].isin(staying)]
        return self._planning.answer(pd.DataFrame(locked, columns=["employee_id", "position_id"], dtype=object), kept)
