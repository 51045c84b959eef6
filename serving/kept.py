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

    def forget(self) -> None:
        """Let go of everything, and of what is being made at this moment too."""
        with self._lock:
            self._runs.clear()


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
    """Answers about published runs kept in memory, at most ``most`` bytes a run; those not asked for longest make room.

    Each is kept with how it was made, so that what was asked for of one run can be made of the next before anybody asks again.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._held: dict[str, OrderedDict[Hashable, _Held]] = {}
        self._size: dict[str, int] = {}
        self._lock = Lock()

    @property
    def size(self) -> int:
        """Bytes held."""
        return sum(self._size.values())

    def count(self, run_id: str) -> int:
        """Return how many answers of a run are kept."""
        return len(self._held.get(run_id, ()))

    def runs(self) -> set[str]:
        """Return the runs whose answers are kept."""
        return {run_id for run_id, held in self._held.items() if held}

    def get(self, run_id: str, key: Hashable) -> Body | None:
        """Return the answer kept under ``key`` of a run, None where there is none."""
        with self._lock:
            held = self._held.get(run_id, _NONE)
            found = held.get(key)
            if found is None:
                return None
            found.asked += 1
            held.move_to_end(key)
            return found.body

    def make(self, store: Store, answers: Answers, key: Hashable, make: Callable[[Answers], Body], asked: int = 1) -> Body:
        """Return what ``make`` says of the run that ``answers`` are of, and keep it. ``answers`` are ``store``'s."""
        made, run_id = make(answers), answers.run_id
        with self._lock:
            held = self._held.setdefault(run_id, OrderedDict())
            past = held.pop(key, None)
            held[key] = _Held(made, store, make, asked)
            size = self._size.get(run_id, 0) + len(made.body) - (len(past.body.body) if past else 0)
            while size > self._most:
                size -= len(held.popitem(last=False)[1].body.body)
            self._size[run_id] = size
        return made

    def renewals(self, run_id: str, most: int) -> list[Callable[[], None]]:
        """Return what makes the answers of other runs again of run ``run_id``: those asked for most, at most ``most`` of them.

        Each makes one answer, unless it is kept already. How often an answer was asked for counts by half from run to run.
        """
        with self._lock:
            past = [(key, held) for of, every in self._held.items() if of != run_id for key, held in every.items()]
        wanted = sorted(past, key=lambda item: -item[1].asked)[:most]
        return [partial(self._renew, run_id, key, held) for key, held in wanted]

    def keep_only(self, run_id: str) -> None:
        """Forget the answers of every other run."""
        with self._lock:
            for other in self._held.keys() - {run_id}:
                del self._held[other]
                self._size.pop(other, None)

    def _renew(self, run_id: str, key: Hashable, held: _Held) -> None:
        with held.store.reading(run_id) as answers:
            if self.get(run_id, key) is None:
                self.make(held.store, answers, key, held.make, held.asked // 2)


_NONE: OrderedDict[Hashable, _Held] = OrderedDict()
