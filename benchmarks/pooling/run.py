"""Whether small cities gain from what others tell, and none loses: `python -m benchmarks.pooling.run --first 4 --kept FOLDER`.

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
LARGE = 1200
"""People of a city that has moves enough of its own."""
COMPARED = ("within employee", "within position", "gain of top 10", "RMSE", "excess", "coverage")


def main() -> None:
    """Measure the countries asked for and print the tables of docs/pooling.md."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--first", type=int, default=1, help="number of the first country: its seeds")
    parser.add_argument("--countries", type=int, default=5)
    parser.add_argument("--kept", type=Path, required=True)
    asked = parser.parse_args()
    asked.kept.mkdir(parents=True, exist_ok=True)
    numbers = range(asked.first, asked.first + asked.countries)
    found = pd.concat([_country(number, asked.kept).assign(country=number) for number in numbers])
    print(summary(found).to_string(float_format="{:.3f}".format))
    print(changes(found).to_string(float_format="{:+.3f}".format))


def summary(found: pd.DataFrame) -> pd.DataFrame:
    """Return the mean figures over countries, by people of the city and way."""
    named = found.assign(people=found["city"].map(dict(enumerate(DIALS))))
    return named.groupby(["people", "way"])[list(TABLE)].mean()


def changes(found: pd.DataFrame) -> pd.DataFrame:
    """Return pooled less alone of the same city: mean, half its 95 % interval, worst, best; by people of a city, in two groups.

    ``excess`` is what the promises of the first twenty exceed what they deliver by. A country is drawn anew with every number, so
    that an interval over countries holds what other people, posts and moves would change (Student's t). Of the two groups cities
    are taken as independent, though those of a country hear one another.
    """
    both = found.assign(excess=found["promised"] - found["delivered"]).set_index(["country", "city", "way"])
    change = (both.xs(POOLED, level="way") - both.xs(ALONE, level="way"))[list(COMPARED)]
    people = np.array(list(DIALS))[change.index.get_level_values("city")]
    group = np.where(people <= LARGE, f"up to {LARGE}", "larger")
    told = [
        change.groupby(pd.Index(names, name="people")).agg(["mean", _half, "min", "max"]) for names in (people.astype(str), group)
    ]
    return pd.concat(told).stack(level=0, future_stack=True)


def _half(values: pd.Series) -> float:
    return float(values.sem() * t.ppf(0.975, len(values) - 1))


def _country(number: int, kept: Path) -> pd.DataFrame:
    path = kept / f"country-{number}.csv"
    if not path.exists():
        worlds = [open_world(setting, Params()) for setting in country(number)]
        measured(worlds, print).to_csv(path, index=False)
    return pd.read_csv(path)


if __name__ == "__main__":
    main()
