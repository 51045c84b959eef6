"""Wishes of a run granted in a drawn order: the order, each person's wishes, and the work, which goes on beside the pages."""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from threading import Lock, Thread

import pandas as pd

from features.errors import TepatError
from placement.wave.scenario import PAIR, Scenarios
from placement.wave.wishes import Granted

Wishes = Mapping[str, Sequence[str]]


def drawn_order(lot: str, people: Iterable[str]) -> list[str]:
    """Return ``people`` in the order that ``lot`` draws: by a hash of both, which knows nothing of what anybody wishes."""
    return sorted(people, key=lambda who: hashlib.sha256(f"{lot.strip()}\n{who}".encode()).hexdigest())


def ranked_wishes(stated: pd.DataFrame, moves: pd.DataFrame) -> dict[str, list[str]]:
    """Return per person the posts wished for, the strongest wish first.

    Posts that one wish (for a unit, a job family) names alike come as the city values them: to the person they are one.

    Parameters
    ----------
    stated
        Published table ``wave_wishes``.
    moves
        Published table ``wave_moves``; a post that is no possible move comes last.
    """
    valued = stated.merge(moves[[*PAIR, "value"]], on=list(PAIR), how="left")
    ranked = valued.sort_values(["employee_id", "aspiration", "value", "position_id"], ascending=[True, False, False, True])
    return {str(who): list(posts) for who, posts in ranked.groupby("employee_id", sort=False)["position_id"]}


class Granting:
    """One draw being worked out in a thread of its own, with a solver of its own: no other page waits for it."""

    def __init__(self, order: Sequence[str], wishes: Wishes, share: float, turn: Lock) -> None:
        self.order = list(order)
        self.served = 0
        """People whose turn has come."""
        self._wishes, self._share, self._turn = wishes, share, turn
        self._made: Future[Granted] = Future()

    def begin(self, opened: Callable[[], Scenarios]) -> "Granting":
        """Start on the scenarios that ``opened`` makes."""
        Thread(target=self._grant, args=(opened,), name="wishes", daemon=True).start()
        return self

    def result(self) -> Granted | None:
        """Return what was granted; None while it is being worked out; raises what stopped the work."""
        return self._made.result() if self._made.done() else None

    def _grant(self, opened: Callable[[], Scenarios]) -> None:
        try:
            with self._turn:
                self._made.set_result(opened().granted(self._counted(), self._wishes, self._share))
        except TepatError as error:  # told on the page that asks
            self._made.set_exception(error)
        except Exception as error:
            self._made.set_exception(error)
            raise

    def _counted(self) -> Iterator[str]:
        for who in self.order:
            self.served += 1
            yield who
