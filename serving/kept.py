"""What is worked out once per run and kept: a run never changes, so neither does what follows from it alone."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from functools import partial
from threading import Lock
from typing import TypeVar

from publication.answers import Answers
from publication.store import Store

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


@dataclass(slots=True)
class _Held:
    """An answer kept: of which store's run it was made and how, and how often it was asked for."""

    body: Body
    store: Store
    make: Callable[[Answers], Body]
    asked: int


class KeptBodies:
    """Answers about published runs kept in memory, at most ``most`` bytes of them; those not asked for longest make room.

    Each is kept with how it was made, so that what was asked for of one run can be made of the next before anybody asks again.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._held: OrderedDict[tuple[str, Hashable], _Held] = OrderedDict()
        self._lock = Lock()
        self.size = 0
        """Bytes held."""

    def runs(self) -> set[str]:
        """Return the runs whose answers are kept."""
        with self._lock:
            return {run_id for run_id, _ in self._held}

    def get(self, run_id: str, key: Hashable) -> Body | None:
        """Return the answer kept under ``key`` of a run, None where there is none."""
        with self._lock:
            found = self._held.get((run_id, key))
            if found is None:
                return None
            found.asked += 1
            self._held.move_to_end((run_id, key))
            return found.body

    def make(self, store: Store, answers: Answers, key: Hashable, make: Callable[[Answers], Body], asked: int = 1) -> Body:
        """Return what ``make`` says of the run that ``answers`` are of, and keep it. ``answers`` are ``store``'s."""
        made = make(answers)
        with self._lock:
            self._drop((answers.run_id, key))
            self._held[answers.run_id, key] = _Held(made, store, make, asked)
            self.size += len(made.body)
            while self.size > self._most and self._held:
                self._drop(next(iter(self._held)))
        return made

    def renewals(self, run_id: str, most: int) -> list[Callable[[], None]]:
        """Forget the answers of every run but ``run_id``; return what makes those asked for most again, at most ``most`` of them.

        Each makes one answer of the run in force then, unless it is kept already. How often an answer was asked for counts by
        half from run to run.
        """
        with self._lock:
            past = {key: held for key, held in self._held.items() if key[0] != run_id}
            for key in past:
                self._drop(key)
        wanted = sorted(past.items(), key=lambda item: -item[1].asked)[:most]
        return [partial(self._renew, key, held) for (_, key), held in wanted]

    def _renew(self, key: Hashable, held: _Held) -> None:
        with held.store.reading() as answers:
            if self.get(answers.run_id, key) is None:
                self.make(held.store, answers, key, held.make, held.asked // 2)

    def _drop(self, key: tuple[str, Hashable]) -> None:
        gone = self._held.pop(key, None)
        self.size -= len(gone.body.body) if gone else 0
