"""How often a promise that was kept counts as broken, and how often a broken one is found, in cities whose truth is known."""

from collections.abc import Callable, Iterable

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import ndtri

from benchmarks.promises.cities import Known
from models.judgement.account import Account, AccountParams, account_of, correction_of
from models.judgement.effect_scores import LEVEL, Figure
from models.judgement.grades import GRADES
from pipelines.releasing import sample_of

Floats = NDArray[np.float64]
Planted = Callable[[pd.DataFrame], Floats]
"""Moves to what is promised of each."""
TWICE = 2.0


def as_published(moves: pd.DataFrame) -> Floats:
    """Return what the model promised."""
    return np.asarray(moves["uplift"], dtype=np.float64)


def just_kept(moves: pd.DataFrame) -> Floats:
    """Return promises that are kept to the letter: the mean of every grade and the slope are those of the truth of the movers.

    Fitted values of the true effects on promise and grade, by least squares under the moves' weights.
    """
    grade = np.stack([(moves["grade"] == name).to_numpy(dtype=np.float64) for name in GRADES if (moves["grade"] == name).any()])
    columns = np.column_stack([as_published(moves), *grade])
    told = moves["moved"].to_numpy(dtype=bool) & moves["tau"].notna().to_numpy()
    root = np.sqrt(moves.loc[told, "weight"].to_numpy(dtype=np.float64))
    fitted = np.linalg.lstsq(columns[told] * root[:, None], moves.loc[told, "tau"].to_numpy(dtype=np.float64) * root, rcond=None)
    return np.asarray(columns @ fitted[0])


def higher(by: float, grade: str | None = None) -> Planted:
    """Return promises of `just_kept` raised ``by`` SD, of one grade alone where it is named."""
    return lambda moves: just_kept(moves) + by * ((moves["grade"] == grade).to_numpy() if grade else 1.0)


def doubled(moves: pd.DataFrame) -> Floats:
    """Return promises of `just_kept` whose differences from the mean are twice what they should be."""
    promise, weight = just_kept(moves), moves["weight"].to_numpy(dtype=np.float64)
    mean = float(weight @ promise / weight.sum())
    return np.asarray(mean + TWICE * (promise - mean))


def account_under(moves: pd.DataFrame, planted: Planted, params: AccountParams, seed: int) -> Account:
    """Return the account of the promises that were ``planted``."""
    return account_of(*sample_of(moves.assign(uplift=planted(moves))), params, seed)


def rates(cities: Iterable[Known], params: AccountParams, by: float) -> pd.DataFrame:
    """Return, by what was planted, in how many cities level, differences and grades were drawn back.

    One row per plant: cities, level, differences (cities in which they were), grades (that had moves enough), worse (of these),
    and meant: of the grades whose promise was raised alone, how many were found.
    """
    plants: dict[str, Planted] = {
        "as published": as_published, "just kept": just_kept, f"all {by} SD too high": higher(by), "differences doubled": doubled,
        **{f"{name} {by} SD too high": higher(by, name) for name in GRADES},
    }  # fmt: skip
    rows = []
    for place, city in enumerate(cities):
        for name, planted in plants.items():
            account = account_under(city.moves, planted, params, place)
            found = correction_of(account, params)
            rows.append((
                name, found.shift < 0, found.share < 1, len(account.by_grade), len(found.worse),
                name[:1] in account.by_grade if name[1] == " " else False, name[:1] in found.worse if name[1] == " " else False,
            ))  # fmt: skip
    told = pd.DataFrame(rows, columns=["planted", "level", "differences", "grades", "worse", "asked", "meant"])
    sums = told.groupby("planted", sort=False).agg(cities=("level", "size"), **{
        column: (column, "sum") for column in ("level", "differences", "grades", "worse", "asked", "meant")
    })  # fmt: skip
    return sums.reset_index()


def errors(cities: Iterable[Known], params: AccountParams) -> pd.DataFrame:
    """Return, city by city and by grade, the measured gap with its standard error, and the true one of the same moves.

    seed, grade (empty: all), moves, measured, error, true (of the trial's movers), published (of the published pairs of the grade).
    """
    rows = []
    for place, city in enumerate(cities):
        moves = city.moves
        account = account_under(moves, as_published, params, place)
        for grade, figure in {"": account.gap, **account.by_grade}.items():
            chosen = moves["moved"].to_numpy(dtype=bool) & moves["tau"].notna().to_numpy()
            chosen &= (moves["grade"] == grade).to_numpy() if grade else True
            pairs = city.pairs[city.pairs["grade"] == grade] if grade else city.pairs
            there = moves[chosen]
            true = float(np.average(there["tau"] - there["uplift"], weights=there["weight"]))
            rows.append((
                place, grade, int(chosen.sum()), figure.value, _error(figure), true, float((pairs["true"] - pairs["uplift"]).mean())
            ))  # fmt: skip
    return pd.DataFrame(rows, columns=["city", "grade", "moves", "measured", "error", "true", "published"])


def design_doubt(found: pd.DataFrame) -> float:
    """Return what measured gaps err by beyond their stated errors (SD): by moments, over the rows of `errors`."""
    missed = found["measured"] - found["true"]
    return float(np.sqrt(max(float((missed**2 - found["error"] ** 2).mean()), 0.0)))


def _error(figure: Figure) -> float:
    return (figure.upper - figure.lower) / (2 * float(ndtri(0.5 + LEVEL / 2)))
