"""False alarms and hits of the rule that holds a model to its promises, over invented cities, and what evidence grades are worth.

python -m benchmarks.promises.run --people 3000 --seeds 3001 3010 --kept FOLDER

Some 45 processor seconds a city of 3,000; cities are kept in FOLDER, so that an interrupted measurement goes on.
"""

import argparse
from pathlib import Path

import pandas as pd

from benchmarks.promises.bars import by_grade, gains, listed
from benchmarks.promises.cities import known_city
from benchmarks.promises.rates import design_doubt, errors, rates
from models.judgement.account import AccountParams


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=3000)
    parser.add_argument("--years", type=int, default=10)
    parser.add_argument("--seeds", type=int, nargs=2, default=(3001, 3010), help="first and last")
    parser.add_argument("--posts", type=int, default=60, help="vacant posts at most")
    parser.add_argument("--by", type=float, default=0.5, help="what a broken promise is too high by, SD")
    parser.add_argument("--kept", type=Path, required=True)
    asked = parser.parse_args()
    seeds = range(asked.seeds[0], asked.seeds[1] + 1)
    cities = [known_city((asked.people, asked.years), seed, asked.posts, asked.kept, print) for seed in seeds]
    params = AccountParams()
    found = errors(cities, params)
    show("Gap measured and true, by city and grade (empty: all)", found)
    print(f"error of the design beyond chance: {design_doubt(found[found['grade'] == '']):.3f} of the level, "
          f"{design_doubt(found[found['grade'] != '']):.3f} of a grade")  # fmt: skip
    show("Drawn back, by what was planted", rates(cities, params, asked.by))
    pairs = pd.concat([city.pairs.assign(city=seed) for seed, city in zip(seeds, cities, strict=True)], ignore_index=True)
    show("Pairs by grade", by_grade(pairs))
    show("First twenty of each post by grade", by_grade(listed(pairs)))
    show("Share of the oracle's gain in the first ten of each list", gains(pairs))


def show(title: str, table: pd.DataFrame) -> None:
    """Print a table under its title."""
    print(f"\n{title}\n{table.round(3).to_string(index=False)}")


if __name__ == "__main__":
    main()
