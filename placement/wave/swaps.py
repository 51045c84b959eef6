"""Swaps: rings of two to four people who take each other's posts and of whom nobody is worse off than staying.

They come on top of a plan and keep to every limit it keeps to (floors, couples, relatives, units, budget), the number of moves
excepted: each ring is one column made of its moves' columns, so that the wave's own rows hold for what is chosen.
"""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse

from placement.wave.city import Z80
from placement.wave.limits import Wave
from placement.wave.program import Array, Codes, Program, program_of
from placement.wave.solver import HALF, best_whole

LONGEST = 4
_STEPS = ("ring", "employee_id", "from_position", "to_position", "value", "spread", "gain")


@dataclass(frozen=True, slots=True)
class SwapParams:
    """How rings are looked for.

    ``per_person``: steps looked at per person, the most valuable first, for rings of two, three and four. ``most``: rings looked at
    of each size, the most valuable first. ``seconds``: longest time for the choice among rings.
    """

    per_person: tuple[int, ...] = (60, 24, 10)
    most: int = 5_000
    seconds: float = 10.0


def swaps(wave: Wave, gain: Array, taken: NDArray[np.bool_], params: SwapParams) -> pd.DataFrame:
    """Return the rings of greatest total value on top of a plan; nobody is in two, nor in one and in the plan.

    Parameters
    ----------
    wave
        Its moves are the steps a ring may be made of; its limits hold, but for the number of moves.
    gain
        Per move of the wave, what its person gains against staying (SD of performance); only steps of at least zero are taken.
    taken
        Per move of the wave, whether it is part of the plan.
    params
        See `SwapParams`.

    Returns
    -------
    DataFrame
        One row per step, each followed by the step of the person whose post it takes: ring (1, 2, ...; the most valuable first),
        employee_id, from_position, to_position, value to the city (SD, weighted; posts left are filled again within the ring),
        spread (its standard error), gain. Only rings worth more than nothing after the wave's caution.
    """
    program = program_of(replace(wave, limits=replace(wave.limits, moves=None)))
    edges = _edges(wave, program.value, gain, taken)
    sizes = zip(range(2, LONGEST + 1), params.per_person, strict=True)
    rings = pd.concat([_rings(edges[edges["place"] < steps], size, params.most) for size, steps in sizes], ignore_index=True)
    steps = _steps(rings, edges)
    chosen = steps[_chosen(rings, steps, program, taken, params.seconds)[steps["ring"]]]
    order = rings["value"].rank(method="first", ascending=False)
    chosen = chosen.assign(place=order.to_numpy()[chosen["ring"]]).sort_values("place", kind="stable", ignore_index=True)
    moves = wave.moves.iloc[chosen["move"]].reset_index(drop=True)
    return pd.DataFrame({
        "ring": pd.factorize(chosen["place"])[0] + 1, "employee_id": moves["employee_id"],
        "from_position": wave.people["position_id"].reindex(moves["employee_id"]).to_numpy(), "to_position": moves["position_id"],
        "value": moves["value"], "spread": moves["spread"], "gain": gain[chosen["move"]],
    })[list(_STEPS)]  # fmt: skip


def worth_of_rings(found: pd.DataFrame) -> pd.DataFrame:
    """Return what each ring of `swaps` is worth to the city: index ring; value, lower, upper (80 %).

    The errors of different people are taken as apart.
    """
    worth = found.groupby("ring").agg(value=("value", "sum"), spread=("spread", lambda part: float(np.sqrt((part**2).sum()))))
    half = Z80 * worth.pop("spread").astype(np.float64)
    return worth.assign(lower=worth["value"] - half, upper=worth["value"] + half)


def _edges(wave: Wave, worth: Array, gain: Array, taken: NDArray[np.bool_]) -> pd.DataFrame:
    """Return who may take whose post: person, next (the holder), value, move (row of the wave), place (from 0) among their steps.

    One row per pair of people.
    """
    person = wave.people.index.get_indexer(wave.moves["employee_id"])
    free = (gain >= 0) & ~np.isin(person, person[taken])
    held = pd.DataFrame({"position_id": wave.people["position_id"].to_numpy(), "next": np.arange(len(wave.people))}).dropna()
    steps = pd.DataFrame(
        {"person": person, "position_id": wave.moves["position_id"], "value": worth, "move": np.arange(len(worth))}
    )
    joined = steps[free].merge(held[~held["next"].isin(person[taken])], on="position_id")
    joined = joined[joined["person"] != joined["next"]].sort_values(["person", "value", "next"], ascending=[True, False, True])
    joined["place"] = joined.groupby("person").cumcount()
    return joined[["person", "next", "value", "move", "place"]].reset_index(drop=True)


def _rings(edges: pd.DataFrame, size: int, most: int) -> pd.DataFrame:
    """Return every ring of ``size`` people once, its smallest person first: person0.., value; the ``most`` of greatest value."""
    step = edges[["person", "next", "value"]]
    paths = step.set_axis(["person0", "person1", "value"], axis=1)
    paths = paths[paths["person0"] < paths["person1"]]
    for place in range(1, size - 1):
        on = step.set_axis([f"person{place}", "to", "more"], axis=1)
        paths = paths.merge(on, on=f"person{place}")
        paths["value"] += paths.pop("more")
        earlier = [f"person{k}" for k in range(place + 1)]
        new = (paths["to"] > paths["person0"]) & (paths[earlier].ne(paths["to"], axis=0)).all(axis=1)
        paths = paths[new].rename(columns={"to": f"person{place + 1}"})
    paths = paths.merge(step.set_axis([f"person{size - 1}", "person0", "more"], axis=1), on=[f"person{size - 1}", "person0"])
    paths["value"] += paths.pop("more")
    return paths[paths["value"] > 0].nlargest(most, "value", keep="first")


def _steps(rings: pd.DataFrame, edges: pd.DataFrame) -> pd.DataFrame:
    """Return the steps of every ring in their order: ring (row of ``rings``), person, next, move."""
    members = rings.filter(like="person").reindex(columns=[f"person{k}" for k in range(LONGEST)])
    long = members.stack().dropna().rename("person").astype(np.int64).rename_axis(["ring", "place"]).reset_index()
    following = long.groupby("ring")["person"].shift(-1)
    first = long.groupby("ring")["person"].transform("first")
    long["next"] = following.fillna(first).astype(np.int64)
    return long.merge(edges[["person", "next", "move"]], on=["person", "next"], how="left")


def _chosen(
    rings: pd.DataFrame, steps: pd.DataFrame, program: Program, taken: NDArray[np.bool_], seconds: float
) -> NDArray[np.bool_]:  # fmt: skip
    """Return which rings to take: of greatest total value within what the rows of ``program`` leave beside the plan."""
    if rings.empty:
        return np.zeros(0, dtype=bool)
    where: tuple[Codes, Codes] = (steps["move"].to_numpy(), steps["ring"].to_numpy())
    made_of = sparse.coo_array((np.ones(len(steps)), where), shape=(len(taken), len(rings))).tocsr()
    rows, used = (program.matrix @ made_of).tocsr(), program.matrix @ taken.astype(np.float64)
    rows.eliminate_zeros()
    touched = np.diff(rows.indptr) > 0
    left = Program(
        rings["value"].to_numpy(dtype=np.float64), rows[touched], (program.lower - used)[touched], (program.upper - used)[touched],
        np.ones(len(rings)), program.limits[touched],
    )  # fmt: skip
    answer = best_whole(left, seconds=seconds, gap=0.0)
    return answer.x > HALF if len(answer.x) else np.zeros(len(rings), dtype=bool)
