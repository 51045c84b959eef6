"""How firmly a plan stands: whom, where and which pairs the best plans hold when the effects are drawn anew, and what is lost."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from placement.wave.columns import LARGE, OverFew
from placement.wave.limits import Wave
from placement.wave.plan import Plan, Planning
from placement.wave.program import Array, Codes
from placement.wave.solver import Answer

SHARED = ("person", "position", "unit")
"""Standard errors that moves have in common: of one person, into one post, into (or, with the other sign, out of) one unit."""


@dataclass(frozen=True)
class Firmness:
    """What the best plans under drawn effects hold.

    ``moves``: on the index of ``plan.moves``, the share of those plans that hold the very move (``stability``), in which its person
    moves at all (``stability_person``), and in which somebody enters its post (``stability_post``). ``expected``: what the plan is
    expected to bring (caution left out); ``perfect_information``: what the best plan would bring if the effects were known.
    """

    moves: pd.DataFrame
    expected: float
    perfect_information: float


def firmness(planning: Planning, plan: Plan, shared: pd.DataFrame | None, *, draws: int, seed: int) -> Firmness:
    """Return how firmly ``plan`` stands when effects are drawn from what is believed of them.

    Values are normal about the estimates with their ``spread``, of which moves have parts in common. Drawn pair by pair, errors
    would let every draw find some other pair that looks excellent; a person whom it hurts to leave is hurt whatever the post. What
    perfect information is worth beyond ``expected`` (Raiffa & Schlaifer 1961) is lost to ignorance, not to the limits.

    Parameters
    ----------
    shared
        ``SHARED`` per row of the wave's moves (in units of ``spread``); None: nothing is in common.
    draws
        Plans (fractional ones) made; the limits are those of the wave.
    """
    wave, solver, rng = planning.wave, planning.solver, np.random.default_rng(seed)
    pairs = plan.moves[["employee_id", "to_position"]].set_axis(["employee_id", "position_id"], axis=1)
    columns = planning.columns(pairs)
    value, draw = wave.moves["value"].to_numpy(dtype=np.float64), _errors(wave, shared, rng)
    person, post = (pd.factorize(wave.moves[name])[0].astype(np.int64) for name in ("employee_id", "position_id"))
    held, lost = np.zeros((3, len(columns))), 0.0
    planned_again = _planner(planning)
    for _ in range(draws):
        drawn = value + draw()
        best = planned_again(drawn)
        held += best.x[columns], _all_of(person, best.x)[columns], _all_of(post, best.x)[columns]
        lost += best.value - float(drawn[columns].sum())
    solver.set_values(planning.program.value)
    expected = float(value[columns].sum())
    names = ("stability", "stability_person", "stability_post")
    shares = pd.DataFrame(dict(zip(names, held / draws, strict=True)), index=plan.moves.index)
    return Firmness(shares, expected, expected + max(lost / draws, 0.0))


def _planner(planning: Planning) -> Callable[[Array], Answer]:
    """Return what makes the best fractional plan under given values: of a large wave over a few of its moves first."""
    solver = planning.solver
    solver.bound_linear(*planning.bounds())
    if len(planning.program.value) > LARGE:
        base, few = solver.relax(), OverFew(solver)
        return lambda value: few.best(value, base.prices, base.x)

    def from_the_last(value: Array) -> Answer:
        solver.set_values(value)
        return solver.relax()

    return from_the_last


def _all_of(group: Codes, x: Array) -> Array:
    """Return, per move, the sum of ``x`` over the moves of its group, at most 1."""
    return np.asarray(np.minimum(np.bincount(group, x, minlength=1)[group], 1.0)) if len(group) else x


def _errors(wave: Wave, shared: pd.DataFrame | None, rng: np.random.Generator) -> Callable[[], Array]:
    """Return what draws the errors of all moves once."""
    spread = wave.moves["spread"].to_numpy(dtype=np.float64)
    if shared is None:
        return lambda: spread * rng.standard_normal(len(spread))
    person, position, unit = (shared[name].to_numpy(dtype=np.float64) for name in SHARED)
    who, where = (pd.factorize(wave.moves[name])[0] for name in ("employee_id", "position_id"))
    of_post = wave.posts["unit_id"]
    held = wave.people["position_id"].reindex(wave.moves["employee_id"])
    units = pd.Index(of_post.unique())
    entered, left = (units.get_indexer(of_post.reindex(posts)) for posts in (wave.moves["position_id"], held))
    own = np.sqrt(np.maximum(spread**2 - person**2 - position**2 - unit**2 * (1.0 + (left >= 0)), 0.0))

    def draw() -> Array:
        people, posts = (rng.standard_normal(int(codes.max(initial=-1)) + 1) for codes in (who, where))
        place = np.r_[rng.standard_normal(len(units)), 0.0]
        common = person * people[who] + position * posts[where] + unit * (place[entered] - place[left])
        return np.asarray(common + own * rng.standard_normal(len(own)))

    return draw
