"""What each city of a country forecasts alone, and with what the other four tell it, against the truth."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import pandas as pd

from evaluation.against_truth import coverage, figures
from models.pair_uplift import PairUplift, UpliftParams, fit_pair_uplift
from models.pooling.belief_of import PoolParams, belief_of
from models.pooling.contribution import Contribution
from models.pooling.gathering import contribution_of
from pipelines.leaderboard.world import World
from pipelines.settings import Params

SEED = 1
ALONE, POOLED = "alone", "pooled"
SHOWN = ("within employee", "within position", "gain of top 10", "RMSE", "slope", "promised", "delivered")


def measured(worlds: Sequence[World], say: Callable[[str], None]) -> pd.DataFrame:
    """Return one row per city and way (``ALONE``, ``POOLED``): the figures of ``SHOWN`` and the coverage of 80 % intervals."""
    params, rows, told = Params(), [], []
    for number, world in enumerate(worlds):
        model = fit_pair_uplift(world.view.rows, params.uplift, SEED)
        told.append(contribution_of(world.view.rows, model, ("", str(number))))
        rows.append({"city": number, "way": ALONE, **_judged(world, model)})
        say(f"  {rows[-1]}")
    for number, world in enumerate(worlds):
        rows.append({"city": number, "way": POOLED, **_judged(world, _pooled(world, params.uplift, _others(told, number)))})
        say(f"  {rows[-1]}")
    return pd.DataFrame(rows)


def _others(told: list[Contribution], number: int) -> list[Contribution]:
    return [*told[:number], *told[number + 1 :]]


def _pooled(world: World, params: UpliftParams, others: list[Contribution]) -> PairUplift:
    return fit_pair_uplift(world.view.rows, replace(params, belief=belief_of(others, PoolParams())), SEED)


def _judged(world: World, model: PairUplift) -> dict[str, float]:
    view = world.view
    forecast = model.predict(model.situate(view.frames, view.ratings, view.posts), world.pairs)
    frame = world.pairs.join(forecast)
    found = figures(frame, "uplift")
    return {**{name: found[name] for name in SHOWN}, "coverage": coverage(frame)}
