"""The state of the service on a day: who is in which post, with which experience, and the log of what happened."""

from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from simulation.catalogue import FAMILIES
from simulation.organisation import Organisation
from simulation.people import DAYS_A_YEAR, People
from simulation.performance import Pairs, education_fit

NEVER = np.datetime64("NaT", "D")
FAR = np.datetime64("2999-12-31", "D")
GONE = -1


@dataclass
class Staff:
    """Everybody who ever served, person by person (index = person number), and the log.

    post: post number or GONE; since: first day in it (renamings do not count); moved_in: first day after a real move (NaT:
    never moved); prepared: trained for that move; mark: day up to which ``experience`` (people x families, years) is booked;
    trained: last technical course by family; left: last day in service; retires: planned first day of
    retirement; shock: this year's disturbance (SD); last: last
    perceived performance; record: mean perceived so far; rated: number of ratings.
    """

    people: People
    post: NDArray[np.int64]
    since: NDArray[np.datetime64]
    moved_in: NDArray[np.datetime64]
    prepared: NDArray[np.bool_]
    mark: NDArray[np.datetime64]
    experience: NDArray[np.float64]
    trained: NDArray[np.datetime64]
    left: NDArray[np.datetime64]
    retires: NDArray[np.datetime64]
    shock: NDArray[np.float64]
    last: NDArray[np.float64]
    record: NDArray[np.float64]
    rated: NDArray[np.int64]
    spells: list[pd.DataFrame] = field(default_factory=list)
    moves: list[pd.DataFrame] = field(default_factory=list)
    offers: list[pd.DataFrame] = field(default_factory=list)
    courses: list[pd.DataFrame] = field(default_factory=list)
    punished: list[pd.DataFrame] = field(default_factory=list)

    def in_service(self) -> NDArray[np.bool_]:
        """Return who holds a post."""
        return np.asarray(self.post != GONE)

    def occupancy(self, posts: int) -> NDArray[np.int64]:
        """Return how many hold each post."""
        return np.bincount(self.post[self.post != GONE], minlength=posts)

    def years_in_post(self, day: np.datetime64) -> NDArray[np.float64]:
        """Return the years each has spent in the present post."""
        return np.asarray((day - self.since).astype(float) / DAYS_A_YEAR)


def new_staff(people: People, post: NDArray[np.int64], since: NDArray[np.datetime64], day: np.datetime64) -> Staff:
    """Return the state of people who hold ``post`` since ``since``, as of ``day``."""
    size = len(people)
    return Staff(
        people=people, post=post.astype(np.int64), since=since, moved_in=np.full(size, NEVER), prepared=np.zeros(size, bool),
        mark=np.full(size, day), experience=np.zeros((size, len(FAMILIES))), trained=np.full((size, len(FAMILIES)), NEVER),
        left=np.full(size, FAR), retires=np.full(size, FAR), shock=np.zeros(size), last=np.zeros(size), record=np.zeros(size),
        rated=np.zeros(size, dtype=np.int64),
    )  # fmt: skip


def join(staff: Staff, fresh: Staff) -> Staff:
    """Return ``staff`` with ``fresh`` people behind; the logs stay those of ``staff``."""
    arrays = ("post", "since", "moved_in", "prepared", "mark", "experience", "trained", "left", "retires", "shock",
              "last", "record", "rated")  # fmt: skip
    joined = {name: np.concatenate([getattr(staff, name), getattr(fresh, name)]) for name in arrays}
    return Staff(
        people=staff.people.joined(fresh.people), spells=staff.spells, moves=staff.moves, offers=staff.offers,
        courses=staff.courses, punished=staff.punished, **joined,
    )  # fmt: skip


def book_experience(staff: Staff, organisation: Organisation, who: NDArray[np.int64], day: np.datetime64) -> None:
    """Add the time since ``mark`` to the family of the present post of ``who``."""
    serving = who[staff.post[who] != GONE]
    family = organisation.posts["family"].to_numpy()[staff.post[serving]]
    until = np.minimum(staff.left[serving], day)
    staff.experience[serving, family] += np.maximum((until - staff.mark[serving]).astype(float), 0) / DAYS_A_YEAR
    staff.mark[who] = day


def pairs_of(
    staff: Staff, organisation: Organisation, who: NDArray[np.int64], post: NDArray[np.int64], day: np.datetime64
) -> Pairs:
    """Return the person and post sides of pairs on ``day``; ``who`` and ``post`` broadcast against each other."""
    who, post = np.broadcast_arrays(who, post)
    people, family = staff.people, organisation.posts["family"].to_numpy()
    own = np.where(staff.post[who] == GONE, -1, family[staff.post[who]])
    running = np.where(own == family[post], (day - staff.mark[who]).astype(float) / DAYS_A_YEAR, 0.0)
    return Pairs(
        fit=education_fit(people.education_field[who], family[post]),
        experience=staff.experience[who, family[post]] + running,
        talents=people.talents[who],
        demand=organisation.demand[post],
        own_hidden=people.hidden[who],
        hidden=organisation.hidden[post],
        family=people.families[who, family[post]],
    )


def log_spells(
    staff: Staff, who: NDArray[np.int64], post: NDArray[np.int64], start: np.datetime64 | NDArray[np.datetime64],
    move_type: str | NDArray[np.object_], decided: np.datetime64 | NDArray[np.datetime64],
) -> None:  # fmt: skip
    """Write that ``who`` holds ``post`` from ``start``."""
    staff.spells.append(pd.DataFrame({"person": who, "post": post, "start": start, "move_type": move_type, "decided": decided}))
