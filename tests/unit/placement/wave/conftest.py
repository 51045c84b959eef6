"""Small waves, and the best plan by trying every set of moves against limits read from the frames."""

from collections import Counter
from collections.abc import Callable
from functools import cache
from itertools import product

import numpy as np
import pandas as pd
import pytest

from placement.wave.limits import Limits, Wave


def small_wave(seed: int, people: int = 7, posts: int = 8, pairs: int = 10) -> Wave:
    """Return a random wave small enough to try every set of moves; every kind of limit may be there."""
    rng = np.random.default_rng(seed)
    post, person = [f"P{k}" for k in range(posts)], [f"E{k}" for k in range(people)]
    units = rng.integers(0, 3, posts)
    frame = pd.DataFrame({
        "unit_id": [f"U{u}" for u in units], "job_family": [f"J{j}" for j in rng.integers(0, 2, posts)],
        "district": [f"D{u % 2}" for u in units], "vacant": (rng.random(posts) < 0.6).astype(np.int64),
    }, index=post)  # fmt: skip
    held = pd.DataFrame(
        {"position_id": [post[k] if k < posts else None for k in rng.permutation(posts + 1)[:people]]}, index=person
    )
    every = pd.MultiIndex.from_product([person, post]).to_frame(index=False, name=["employee_id", "position_id"])
    every = every[held["position_id"].reindex(every["employee_id"]).to_numpy() != every["position_id"]]
    chosen = every.iloc[np.sort(rng.permutation(len(every))[:pairs])].reset_index(drop=True)
    moves = chosen.assign(
        value=rng.normal(0.6, 1.0, pairs).round(3), spread=rng.uniform(0.0, 0.5, pairs).round(3),
        distance=rng.uniform(0, 10, pairs).round(2), cost=rng.uniform(1, 3, pairs).round(2), aspired=rng.random(pairs) < 0.4,
    )  # fmt: skip
    there = frame.reindex(held["position_id"].dropna())
    floors = there.groupby(["unit_id", "job_family"]).size().rename("staff").reset_index()
    floors["floor"] = floors["staff"] - rng.integers(-1, 2, len(floors))

    def some(value: object) -> object:
        return value if rng.random() < 0.5 else None

    limits = Limits(
        moves=some(int(rng.integers(1, 5))), out_of_unit=some(2), into_unit=some(2), budget=some(float(rng.uniform(4, 9))),
        mean_distance=some(6.0), aspirations=some(0.3), shares={"g": 0.4} if rng.random() < 0.5 else {},
        caution=float(rng.choice([0.0, 0.5])),
    )  # fmt: skip
    pair = moves.iloc[[0]][["employee_id", "position_id"]]
    last = moves.iloc[[-1]][["employee_id", "position_id"]]
    nothing = pair.iloc[:0]
    return Wave(
        moves, held, frame, floors, limits,
        together=pd.DataFrame({"employee_id": [person[0], person[2]], "other_id": [person[1], person[0]]}),
        apart=pd.DataFrame({"employee_id": [person[3], person[4]], "other_id": [person[4], person[5]]}),
        locked=pair if rng.random() < 0.15 else nothing, forbidden=last if rng.random() < 0.3 else nothing,
        forced_people=(moves["employee_id"].iloc[3],) if rng.random() < 0.08 else (),
        forced_posts=(moves["position_id"].iloc[5],) if rng.random() < 0.08 else (),
        groups=pd.DataFrame({"g": rng.random(people) < 0.5}, index=person),
    )  # fmt: skip


def lawful(wave: Wave, chosen: pd.DataFrame) -> bool:
    """Return whether the moves ``chosen`` keep to every limit; written from the words of `Limits`, not from the matrix."""
    return _Office(wave).allows(_rows(chosen))


def _rows(moves: pd.DataFrame) -> list[tuple]:
    return list(moves[["employee_id", "position_id", "distance", "cost", "aspired"]].itertuples(index=False, name=None))


class _Office:
    """A wave as plain dictionaries."""

    def __init__(self, wave: Wave) -> None:
        self.wave = wave
        self.held = {who: post for who, post in wave.people["position_id"].items() if isinstance(post, str)}
        self.posts = wave.posts.to_dict("index")
        self.floors = {(row.unit_id, row.job_family): max(row.staff - row.floor, 0) for row in wave.floors.itertuples()}

    def allows(self, rows: list[tuple]) -> bool:
        after = {**self.held, **{who: post for who, post, *_ in rows}}
        return len({who for who, *_ in rows}) == len(rows) and all(
            (self._seats(rows, after), self._floors(after), self._couples(after), self._relatives(rows), self._units(rows),
             self._sums(rows), self._wishes(rows))
        )  # fmt: skip

    def _seats(self, rows: list[tuple], after: dict[str, str]) -> bool:
        before, then = Counter(self.held.values()), Counter(after.values())
        return all(then[post] <= before[post] + self.posts[post]["vacant"] for _, post, *_ in rows)

    def _floors(self, after: dict[str, str]) -> bool:
        def staff(held: dict[str, str]) -> Counter:
            return Counter((self.posts[post]["unit_id"], self.posts[post]["job_family"]) for post in held.values())

        before, then = staff(self.held), staff(after)
        return all(before[cell] - then[cell] <= spare for cell, spare in self.floors.items())

    def _couples(self, after: dict[str, str]) -> bool:
        def district(held: dict[str, str], who: str) -> str | None:
            return self.posts[held[who]]["district"] if who in held else None

        for one, other in self.wave.together.itertuples(index=False):
            home = district(self.held, one)
            if home is not None and home == district(self.held, other) and district(after, one) != district(after, other):
                return False
        return True

    def _relatives(self, rows: list[tuple]) -> bool:
        entered = {who: self.posts[post]["unit_id"] for who, post, *_ in rows}
        ties = self.wave.apart.itertuples(index=False)
        return not any(one in entered and entered[one] == entered.get(other) for one, other in ties)

    def _units(self, rows: list[tuple]) -> bool:
        out, into = Counter(), Counter()
        for who, post, *_ in rows:
            there, here = self.posts[post]["unit_id"], self.posts[self.held[who]]["unit_id"] if who in self.held else None
            if here != there:
                out[here] += 1
                into[there] += 1
        limits = self.wave.limits
        out.pop(None, None)
        return (limits.out_of_unit is None or max(out.values(), default=0) <= limits.out_of_unit) and (
            limits.into_unit is None or max(into.values(), default=0) <= limits.into_unit
        )

    def _sums(self, rows: list[tuple]) -> bool:
        limits, n = self.wave.limits, len(rows)
        total = {k: sum(row[k] for row in rows) for k in (2, 3, 4)}
        member = {g: sum(bool(self.wave.groups[g][row[0]]) for row in rows) for g in limits.shares}
        return all((
            limits.moves is None or n <= limits.moves, limits.budget is None or total[3] <= limits.budget,
            limits.mean_distance is None or total[2] <= limits.mean_distance * n + 1e-9,
            limits.aspirations is None or total[4] >= limits.aspirations * n - 1e-9,
            all(member[g] >= share * n - 1e-9 for g, share in limits.shares.items()),
        ))  # fmt: skip

    def _wishes(self, rows: list[tuple]) -> bool:
        made = {row[:2] for row in rows}
        locked, forbidden = (set(frame.itertuples(index=False, name=None)) for frame in (self.wave.locked, self.wave.forbidden))
        return all((
            locked <= made, not made & forbidden, set(self.wave.forced_people) <= {who for who, _ in made},
            set(self.wave.forced_posts) <= {post for _, post in made},
        ))  # fmt: skip


def best_by_trying(wave: Wave) -> float:
    """Return the value of the best lawful set of moves, -inf if there is none."""
    worth = (wave.moves["value"] - wave.limits.caution * wave.moves["spread"]).to_numpy()
    some = np.array(list(product([False, True], repeat=len(worth))))
    value, office, rows = some @ worth, _Office(wave), _rows(wave.moves)
    for number in np.argsort(-value, kind="stable"):
        if office.allows([row for row, taken in zip(rows, some[number], strict=True) if taken]):
            return float(value[number])
    return -np.inf


@pytest.fixture
def waves() -> Callable[[int], Wave]:
    """Return `small_wave`."""
    return small_wave


@pytest.fixture
def keeps_to_limits() -> Callable[[Wave, pd.DataFrame], bool]:
    """Return `lawful`."""
    return lawful


@pytest.fixture
def by_trying() -> Callable[[int], float]:
    """Return the value of the best plan of the small wave of a seed."""
    return _tried


@cache
def _tried(seed: int) -> float:
    return best_by_trying(small_wave(seed))
