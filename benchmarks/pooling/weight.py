"""How much of what a city believes comes from the others, by its size: `python -m benchmarks.pooling.weight --country 8`.

Theory of partial pooling: what is expected of a city has the precision P of N(E mu, T + Var mu), which does not grow with the city;
what its own ratings say has a precision O that grows with its people. Of k columns the others decide trace((O + P)^-1 P) / k.
A minute of one core.
"""

import argparse
from collections.abc import Sequence

import numpy as np
import pandas as pd

from benchmarks.pooling.cities import DIALS, country
from benchmarks.pooling.measure import SEED
from models.mixed.fit_columns import FIT_COLUMNS
from models.pair_uplift import fit_pair_uplift
from models.pooling.belief_of import PoolParams, belief_of
from models.pooling.contribution import Contribution
from models.pooling.gathering import contribution_of
from pipelines.leaderboard.world import open_world
from pipelines.settings import Params


def main() -> None:
    """Print the share of the others by people of the city: of all columns, of those of fit, of the rest."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--country", type=int, default=8)
    params = Params()
    worlds = [open_world(setting, params) for setting in country(parser.parse_args().country)]
    told = [
        contribution_of(world.view.rows, fit_pair_uplift(world.view.rows, params.uplift, SEED), ("", str(number)))
        for number, world in enumerate(worlds)
    ]
    rows = [shares(own, [*told[:number], *told[number + 1 :]]) for number, own in enumerate(told)]
    print(pd.DataFrame(rows, index=pd.Index(list(DIALS), name="people")).to_string(float_format="{:.2f}".format))


def shares(own: Contribution, others: Sequence[Contribution]) -> dict[str, float]:
    """Return the share of the ``others`` in what the city of ``own`` believes of its columns."""
    expected = belief_of(others, PoolParams()).columns
    prior = np.linalg.inv(np.array(expected.covariance))
    said = own.information().over(expected.names).precision
    share = np.diag(np.linalg.solve(said + prior, prior))
    fit = np.isin(expected.names, FIT_COLUMNS)
    return {"all": float(share.mean()), "fit": float(share[fit].mean()), "arriving, settling, ageing": float(share[~fit].mean())}


if __name__ == "__main__":
    main()
