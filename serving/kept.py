"""What is worked out once per run and kept: a run never changes, so neither does what follows from it alone."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True)
class Body:
    """What an answer says, and its tag."""

    body: bytes
    tag: str = ""


class KeptBodies:
    """Answers kept in memory, at most ``most`` bytes of them; those not asked for longest make room."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._held: OrderedDict[Hashable, Body] = OrderedDict()
        self._size = 0
        self._lock = Lock()

    def get(self, key: Hashable) -> Body | None:
        """Return the answer kept under ``key``, None where there is none."""
        with self._lock:
            found = self._held.get(key)
            if found is not None:
                self._held.move_to_end(key)
            return found

    def put(self, key: Hashable, made: Body) -> None:
        """Keep an answer."""
        with self._lock:
            before = self._held.pop(key, None)
            self._size += len(made.body) - (len(before.body) if before else 0)
            self._held[key] = made
            while self._size > self._most and self._held:
                _, gone = self._held.popitem(last=False)
                self._size -= len(gone.body)
