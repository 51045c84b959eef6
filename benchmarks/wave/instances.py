"""Random waves of any size with every kind of limit active."""

import numpy as np
import pandas as pd

from placement.wave.limits import Limits, Wave

UNITS_PER_PERSON, FAMILIES, DISTRICTS, COUPLES_PER_PERSON = 1 / 150, 25, 15, 1 / 100
INTO_VACANT = 0.7
"""Share of possible moves whose post is vacant; the others need its holder to move on."""


def instance(people: int, vacancies: int, pairs: int, seed: int) -> Wave:
    """Return a wave of ``people`` with ``pairs`` possible moves, ``vacancies`` vacant seats, and limits that all bind somewhere.

    Effects have the spread of the pair model's (0.3 SD within a person), staffing floors leave a twentieth of a unit's staff to
    spare, one couple per hundred people stays together, as many relatives may not enter one unit.
    """
    rng = np.random.default_rng(seed)
    posts = people // 2 + vacancies
    post, person = (np.array([f"{letter}{k:06d}" for k in range(n)], dtype=object) for letter, n in (("P", posts), ("E", people)))
    units = max(3, int(people * UNITS_PER_PERSON))
    unit, district = rng.integers(0, units, posts), rng.integers(0, DISTRICTS, units)
    vacant = rng.choice(posts, vacancies, replace=False)
    frame = pd.DataFrame({
        "unit_id": [f"U{u}" for u in unit], "job_family": [f"J{j}" for j in rng.integers(0, FAMILIES, posts)],
        "district": [f"D{d}" for d in district[unit]], "vacant": np.isin(np.arange(posts), vacant).astype(np.int64),
    }, index=post)  # fmt: skip
    held = rng.integers(0, posts, people)
    drawn = pd.DataFrame({
        "person": rng.integers(0, people, pairs),
        "post": np.where(rng.random(pairs) < INTO_VACANT, rng.choice(vacant, pairs), rng.integers(0, posts, pairs)),
    }).drop_duplicates()  # fmt: skip
    drawn = drawn[held[drawn["person"]] != drawn["post"]]
    couples = rng.choice(people, 2 * int(people * COUPLES_PER_PERSON), replace=False)
    here = frame.iloc[held].groupby(["unit_id", "job_family"]).size().rename("staff").reset_index()
    return Wave(
        moves=_moves(drawn, held, post, person, rng),
        people=pd.DataFrame({"position_id": post[held]}, index=person),
        posts=frame,
        floors=here.assign(floor=np.floor(here["staff"] * 0.95)),
        limits=Limits(
            moves=int(vacancies * 0.45), out_of_unit=6, into_unit=10, budget=vacancies * 0.7, mean_distance=8.0, aspirations=0.25,
            shares={"group": 0.53}, caution=0.5,
        ),
        together=pd.DataFrame({"employee_id": person[couples[::2]], "other_id": person[couples[1::2]]}),
        groups=pd.DataFrame({"group": rng.random(people) < 0.5}, index=person),
        apart=_ties(drawn["person"].to_numpy()[np.argsort(unit[drawn["post"]], kind="stable")], person, rng),
    )  # fmt: skip


def _ties(by_unit: np.ndarray, person: np.ndarray, rng: np.random.Generator) -> pd.DataFrame:
    """Return relatives who could both enter one unit; ``by_unit``: who moves, by the unit entered."""
    one = rng.choice(len(by_unit) - 1, int(len(person) * COUPLES_PER_PERSON), replace=False)
    ties = pd.DataFrame({"employee_id": person[by_unit[one]], "other_id": person[by_unit[one + 1]]})
    return ties[ties["employee_id"] != ties["other_id"]].drop_duplicates(ignore_index=True)


def _moves(drawn: pd.DataFrame, held: np.ndarray, post: np.ndarray, person: np.ndarray, rng: np.random.Generator) -> pd.DataFrame:
    who, where, n = drawn["person"].to_numpy(), drawn["post"].to_numpy(), len(drawn)
    ability = rng.normal(0, 0.7, len(person))
    weight = 1 + 0.5 * (rng.random(len(post)) < 0.1) + 0.25 * (rng.random(len(post)) < 0.2)
    there = ability[who] + rng.normal(0.1, 0.3, n)
    return pd.DataFrame({
        "employee_id": person[who], "position_id": post[where],
        "value": weight[where] * (there + 2) - weight[held[who]] * (ability[who] + 2),
        "spread": rng.uniform(0.1, 0.5, n), "distance": rng.gamma(2, 5, n), "cost": rng.uniform(1, 3, n),
        "aspired": rng.random(n) < 0.15,
    })  # fmt: skip
