"""What is worked out once per run and kept: a run never changes, so neither does what follows from it alone."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import TypeVar

T = TypeVar("T")


class Kept:
    """Values by run and key; those of the two latest runs asked for, at most ``most`` of each, the longest unused go first."""

    def __init__(self, most: int = 600) -> None:
        self._most = most
        self._runs: OrderedDict[str, OrderedDict[Hashable, object]] = OrderedDict()
        self._lock = Lock()

    def get(self, run_id: str, key: Hashable, make: Callable[[], T]) -> T:
        """Return the value of ``key`` under ``run_id``, made by ``make`` where it is not kept."""
        with self._lock:
            values = self._runs.setdefault(run_id, OrderedDict())
            self._runs.move_to_end(run_id)
            while len(self._runs) > 2:
                self._runs.popitem(last=False)
            if key in values:
                values.move_to_end(key)
                return values[key]  # type: ignore[return-value]
        made = make()
        with self._lock:
            values[key] = made
            while len(values) > self._most:
                values.popitem(last=False)
        return made
