"""Whether small cities gain from what others tell, and none loses: `python -m benchmarks.pooling.run --countries 3 --kept FOLDER`.

One country of five cities costs two to three minutes of one core; countries already measured are read back from ``--kept``.
"""

import argparse
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.stats import t

from benchmarks.pooling.cities import DIALS, country
from benchmarks.pooling.measure import ALONE, POOLED, SHOWN, measured
from pipelines.leaderboard.world import open_world
from pipelines.settings import Params

TABLE = (*SHOWN, "coverage")


def main() -> None:
    """Measure the countries asked for and print the tables of docs/pooling.md."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--countries", type=int, default=3)
    parser.add_argument("--kept", type=Path, required=True)
    asked = parser.parse_args()
    asked.kept.mkdir(parents=True, exist_ok=True)
    found = pd.concat([_country(number, asked.kept).assign(country=number) for number in range(1, asked.countries + 1)])
    print(summary(found).to_string(float_format="{:.3f}".format))
    print(changes(found).to_string(float_format="{:+.3f}".format))


def summary(found: pd.DataFrame) -> pd.DataFrame:
    """Return the mean figures over countries, by people of the city and way."""
    named = found.assign(people=found["city"].map(dict(enumerate(DIALS))))
    return named.groupby(["people", "way"])[list(TABLE)].mean()


def changes(found: pd.DataFrame) -> pd.DataFrame:
    """Return pooled less alone of the same city: mean over cities up to 1,200 people and of larger ones, half their 95 % interval.

    ``excess`` is what the promises of the first twenty exceed what they deliver by.
    """
    both = found.assign(excess=found["promised"] - found["delivered"]).set_index(["country", "city", "way"])
    change = both.xs(POOLED, level="way") - both.xs(ALONE, level="way")
    small = np.where(np.array(list(DIALS))[change.index.get_level_values("city")] <= 1200, "up to 1,200", "larger")
    groups = change[["within employee", "within position", "gain of top 10", "RMSE", "excess", "coverage"]].groupby(small)
    half = groups.sem().mul(t.ppf(0.975, groups.size() - 1), axis=0)
    return pd.concat({"mean": groups.mean(), "half": half, "worst": groups.min(), "best": groups.max()}, axis=1).stack(
        future_stack=True
    )


def _country(number: int, kept: Path) -> pd.DataFrame:
    path = kept / f"country-{number}.csv"
    if not path.exists():
        worlds = [open_world(setting, Params()) for setting in country(number)]
        measured(worlds, print).to_csv(path, index=False)
    return pd.read_csv(path)


if __name__ == "__main__":
    main()
