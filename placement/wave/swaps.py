"""Swaps: rings of two to four people who take each other's posts and of whom nobody is worse off than staying."""

import numpy as np
import pandas as pd
from scipy import sparse

from placement.wave.program import Program
from placement.wave.solver import best_whole

LONGEST = 4


def swaps(moves: pd.DataFrame, people: pd.DataFrame, *, per_person: int = 20, seconds: float = 30.0) -> pd.DataFrame:
    """Return the rings of greatest total value in which every person takes part at most once.

    Parameters
    ----------
    moves
        Possible moves: employee_id, position_id, ``value`` to the city and ``gain`` of the person against staying (SD).
    people
        Index employee_id: ``position_id`` held now.
    per_person
        Moves kept per person, the most valuable first, among those with ``gain`` of at least zero.
    seconds
        Longest time for the choice among rings.

    Returns
    -------
    DataFrame
        One row per step: ring (1, 2, ...), employee_id, from_position, to_position, value, gain. Only rings of positive value.
    """
    edges = _edges(moves, people, per_person)
    rings = [_rings(edges, size) for size in range(2, LONGEST + 1)]
    worth = np.concatenate([ring["value"].to_numpy(dtype=np.float64) for ring in rings])
    members = [ring.filter(like="person").to_numpy(dtype=np.int64) for ring in rings]
    chosen = _disjoint(worth, members, len(people), seconds)
    sizes = np.cumsum([0, *(len(ring) for ring in rings)])
    parts = [_steps(part[chosen[low:high]], edges) for part, low, high in zip(members, sizes[:-1], sizes[1:], strict=True)]
    steps = pd.concat(parts, ignore_index=True)
    held = people["position_id"].to_numpy()
    found = pd.DataFrame({
        "ring": pd.factorize(steps["ring"])[0] + 1, "employee_id": people.index[steps["person"]],
        "from_position": held[steps["person"]], "to_position": held[steps["next"]], "value": steps["value"], "gain": steps["gain"],
    })  # fmt: skip
    return found


def _edges(moves: pd.DataFrame, people: pd.DataFrame, per_person: int) -> pd.DataFrame:
    """Return who may take whose post: person, next (the holder), value, gain; one row per pair of people."""
    person = people.index.get_indexer(moves["employee_id"])
    held = pd.DataFrame({"position_id": people["position_id"].to_numpy(), "next": np.arange(len(people))}).dropna()
    willing = moves.assign(person=person)[(moves["gain"] >= 0).to_numpy()]
    joined = willing.merge(held, on="position_id")
    joined = joined[joined["person"] != joined["next"]].sort_values(["person", "value", "next"], ascending=[True, False, True])
    return joined.groupby("person").head(per_person)[["person", "next", "value", "gain"]].reset_index(drop=True)


def _rings(edges: pd.DataFrame, size: int) -> pd.DataFrame:
    """Return every ring of ``size`` people once, its smallest person first: person0.., value; only of positive value."""
    step = edges[["person", "next", "value"]]
    paths = step.set_axis(["person0", "person1", "value"], axis=1)
    paths = paths[paths["person0"] < paths["person1"]]
    for place in range(1, size):
        on = step.set_axis([f"person{place}", "to", "more"], axis=1)
        paths = paths.merge(on, on=f"person{place}")
        paths["value"] += paths.pop("more")
        if place == size - 1:
            paths = paths[paths.pop("to") == paths["person0"]]
        else:
            earlier = [f"person{k}" for k in range(place + 1)]
            new = (paths["to"] > paths["person0"]) & (paths[earlier].ne(paths["to"], axis=0)).all(axis=1)
            paths = paths[new].rename(columns={"to": f"person{place + 1}"})
    return paths[paths["value"] > 0].reset_index(drop=True)


def _disjoint(worth: np.ndarray, members: list[np.ndarray], people: int, seconds: float) -> np.ndarray:
    """Return which rings to take (bool): of greatest total worth, no person twice."""
    if not len(worth):
        return np.zeros(0, dtype=bool)
    columns = np.concatenate([np.repeat(np.arange(len(part)), part.shape[1]) for part in members])
    columns += np.repeat(np.cumsum([0, *(len(part) for part in members)])[:-1], [part.size for part in members])
    rows = np.concatenate([part.ravel() for part in members])
    matrix = sparse.coo_array((np.ones(len(rows)), (rows, columns)), shape=(people, len(worth))).tocsr()
    limits = pd.DataFrame({"kind": "one_move", "scope": np.arange(people).astype(str)})
    ones = np.ones(people)
    program = Program(worth, matrix, np.full(people, -np.inf), ones, np.ones(len(worth)), limits)
    answer = best_whole(program, seconds=seconds, gap=0.0)
    return answer.x > 0.5 if len(answer.x) else np.zeros(len(worth), dtype=bool)


def _steps(members: np.ndarray, edges: pd.DataFrame) -> pd.DataFrame:
    ring = pd.DataFrame({
        "ring": np.repeat([f"{part[0]}-{len(part)}" for part in members], members.shape[1]),
        "person": members.ravel(), "next": np.roll(members, -1, axis=1).ravel(),
    })  # fmt: skip
    return ring.merge(edges, on=["person", "next"], how="left")
